-- Times are milliseconds since 1970. Numbers are in the one form that Numbers gives them.
create table if not exists customers (
	id      integer primary key,
	name    text not null,
	company text not null default '',
	remark  text not null default '',
	made    integer not null
);
create table if not exists numbers (
	number   text primary key,
	customer integer not null references customers (id) on delete cascade
);
create index if not exists numbers_of_customer on numbers (customer);
create table if not exists notes (
	id       integer primary key,
	customer integer references customers (id) on delete cascade, -- null: of a caller without a record
	number   text not null default '',                           -- of the caller, for when there is a record
	call     text not null default '',                           -- server and ID of the call that it is about
	author   text not null,
	text     text not null,
	made     integer not null,
	done     integer not null default 0
);
create index if not exists notes_of_customer on notes (customer, made);
create index if not exists notes_of_number on notes (number) where customer is null;
create table if not exists calls (
	server    text not null,
	id        text not null,
	number    text not null, -- of who is not one of ours
	direction text not null,
	did       text not null default '',
	queue     text not null default '',
	agent     text not null default '', -- device of the first of ours who answered
	result    text not null default '',
	began     integer not null,
	answered  integer not null default 0,
	ended     integer not null,
	primary key (server, id)
);
create index if not exists calls_of_number on calls (number, began);
create table if not exists sessions (
	token   blob primary key, -- SHA-256 of the cookie's: the file alone signs nobody in
	user    text not null,
	expires integer not null
);
create table if not exists passwords (
	user text primary key,
	hash blob not null
);
