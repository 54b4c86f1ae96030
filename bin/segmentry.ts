import { App, Tags } from 'aws-cdk-lib';
import { PipelineStack } from '../lib/stacks/pipeline.ts';
import { RealtimeStack, wantsRealtime } from '../lib/stacks/realtime.ts';
import { readTarget } from '../lib/target.ts';

const app = new App();
const terminationProtection = readTarget(app) === 'aws';
const pipeline = new PipelineStack(app, 'Segmentry', {
  description: 'Segmentry: image analysis, from upload to announced result',
  terminationProtection,
});
if (wantsRealtime(app)) {
  new RealtimeStack(app, 'SegmentryRealtime', {
    description: 'Segmentry: live states over WebSocket',
    terminationProtection,
    pipeline,
  });
}
Tags.of(app).add('product', 'segmentry');
