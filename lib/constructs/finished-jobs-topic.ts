import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { differencesOf, readTarget } from '../target.ts';
import type { SegmentryFunction } from './segmentry-function.ts';

/** Where the end of every job is published; filter by the attributes `status`, `userId` and `model`. */
export class FinishedJobsTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: differencesOf(readTarget(this)).tlsOnly });
  }

  letPublish(fn: SegmentryFunction): void {
    fn.allow(['sns:Publish'], [this.topic.topicArn]);
    fn.addEnvironment({ FINISHED_JOBS_TOPIC_ARN: this.topic.topicArn });
  }
}
