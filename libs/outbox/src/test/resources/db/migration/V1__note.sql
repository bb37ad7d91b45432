create table note (
    id   uuid not null primary key,
    text text not null
);
