#!/bin/sh
# Creates Mailroom's topics where they do not exist yet. Runs in the official Apache Kafka image.
# The number of partitions of mailroom.account.events and mailroom.mail.commands must be equal and must never change:
# a partition of both is a shard, and a shard is what a replica of sync-service owns.
set -eu
bootstrap=${KAFKA_BOOTSTRAP_SERVERS:-kafka:9092}
replicas=${KAFKA_REPLICATION_FACTOR:-1}
topics=/opt/kafka/bin/kafka-topics.sh

create() { # name partitions [config...]
  name=$1
  partitions=$2
  shift 2
  "$topics" --bootstrap-server "$bootstrap" --create --if-not-exists --topic "$name" \
    --partitions "$partitions" --replication-factor "$replicas" "$@"
}

week=604800000
create mailroom.account.events 64 --config cleanup.policy=compact
create mailroom.organization.events 64 --config cleanup.policy=compact
create mailroom.mail.commands 64 --config retention.ms=$week
for name in mailroom.sync.status mailroom.mail.events mailroom.conversation.events mailroom.conversation.commands \
  mailroom.rule.events mailroom.send.requests mailroom.send.events; do
  create "$name" 64 --config retention.ms=$week
done
for name in mailroom.account.events mailroom.organization.events mailroom.sync.status mailroom.mail.events \
  mailroom.mail.commands mailroom.conversation.events mailroom.conversation.commands mailroom.rule.events mailroom.send.requests mailroom.send.events; do
  create "$name.dlq" 1 --config retention.ms=-1
done
