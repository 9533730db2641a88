insert into rates (prefix, trunk, price) values
	('0044', 'PJSIP/%s@transit', 1200),
	('0044', 'PJSIP/%s@carrier', 900),
	('00447', 'PJSIP/%s@mobile', 2100),
	('0049', 'PJSIP/%s@carrier', 800);
