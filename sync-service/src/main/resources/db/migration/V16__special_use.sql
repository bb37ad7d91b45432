-- What the server said a mailbox is for when it was last listed: a word of RFC 6154 in lower case, or 'none'. Roles can then be given anew
-- without asking the server. Null until this version has listed the mailbox: nothing is known, and nothing is guessed.
alter table mailbox add column special_use text;
