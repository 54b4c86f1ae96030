import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** Where every event is published; filter by the attributes `type`, `status`, `userId` and `model`. */
export class EventsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: differencesOf(readTarget(this)).tlsOnly });
  }

  grantPublish(fn: SegmentryFunction): void {
    fn.allow(['sns:Publish'], [this.topic.topicArn]);
    fn.addEnvironment({ EVENTS_TOPIC_ARN: this.topic.topicArn });
  }
}
