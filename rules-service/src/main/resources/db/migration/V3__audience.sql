-- Who may see an account besides its owner. Of what is known already nobody, until account-service tells of it again.
alter table account add column everyone boolean not null default false;
alter table account add column readers uuid[] not null default '{}';
