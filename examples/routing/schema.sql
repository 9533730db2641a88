-- What a minute costs, for numbers that begin with the prefix. In a trunk, %s stands for the number.
create table if not exists rates (
	prefix text not null,
	trunk  text not null,
	price  integer not null, -- thousandths of a cent
	primary key (prefix, trunk)
);
