-- What a provider calls a message in whichever mailbox it shows it (X-GM-MSGID of Gmail). Rows of messages that are gone are of no use and do
-- no harm. Like sighting it holds no content, names no organization and points to nothing. An older version does not write here: the content
-- of what it took in is fetched once more if another copy comes.
create table provider_message (
    account_id  uuid   not null,
    provider_id bigint not null,
    message_id  uuid   not null,
    primary key (account_id, provider_id)
);
