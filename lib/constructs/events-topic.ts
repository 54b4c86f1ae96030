import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** Where every event is published; filter by the attributes `type`, `status`, `userId` and `model`. */
export class EventsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { tlsOnly, encryptedTopics } = differencesOf(readTarget(this));
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: tlsOnly,
      // AWS's own key for SNS: whoever may publish may use it.
      ...(encryptedTopics && { masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns') }),
    });
  }

  grantPublish(fn: SegmentryFunction): void {
    fn.allow(differencesOf(readTarget(this)).publishActions, [this.topic.topicArn]);
    fn.addEnvironment({ EVENTS_TOPIC_ARN: this.topic.topicArn });
  }
}
