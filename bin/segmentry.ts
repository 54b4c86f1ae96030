import { App, Tags } from 'aws-cdk-lib';
import { PipelineStack } from '../lib/stacks/pipeline.ts';
import { readTarget } from '../lib/target.ts';

const app = new App();
const target = readTarget(app);
new PipelineStack(app, 'Segmentry', {
  description: 'Segmentry: image analysis, from upload to announced result',
  terminationProtection: target === 'aws',
});
Tags.of(app).add('product', 'segmentry');
