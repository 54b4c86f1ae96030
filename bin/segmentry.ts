import { App } from 'aws-cdk-lib';
import { createStacks } from '../lib/create-stacks.ts';
import { applyStage } from '../lib/stage.ts';

const app = new App();
applyStage(app);
createStacks(app);
