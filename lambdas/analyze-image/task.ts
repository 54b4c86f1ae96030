import { createTaskProtection } from '../../core/adapters/ecs/task-protection.ts';
import { tryProvider } from '../../core/adapters/onnx/try-provider.ts';
import { queueNameOf } from '../../core/adapters/sqs/count-messages.ts';
import { createMessageSource } from '../../core/adapters/sqs/message-source.ts';
import { composeSqs } from '../../core/composition/aws-clients.ts';
import { composeImageAnalysis } from '../../core/composition/image-analysis.ts';
import {
  AnalysisEnvironment,
  BucketEnvironment,
  CreditTermsEnvironment,
  ImageLimitEnvironment,
  ModelBudgetEnvironment,
  TableEnvironment,
  TaskEnvironment,
} from '../../core/contracts/environment.ts';
import { runQueueTask } from '../../core/runtime/queue-task.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { chooseProvider } from './choose-provider.ts';
import { createWork } from './work.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(ImageLimitEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(AnalysisEnvironment.shape)
    .extend(ModelBudgetEnvironment.shape)
    .extend(TaskEnvironment.shape),
  process.env,
);
const telemetry = createTelemetry('analyze-image-task');
const { logger } = telemetry;
// Two deployments of an account have metrics of their own.
telemetry.metrics.setDefaultDimensions({ queue: queueNameOf(environment.GPU_QUEUE_URL) });

// ECS says so when it takes the task down, also two minutes before a Spot instance is taken away.
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(signal));

const provider = await chooseProvider(environment.EXECUTION_PROVIDER, { tryProvider, telemetry });
const { BATCH_SIZE: size, BATCH_WAIT_MS: waitMs, ANALYSIS_LEASE_SECONDS: leaseSeconds } = environment;
const analysis = composeImageAnalysis(environment, {
  provider,
  batch: { size, waitMs },
  isStrict: true,
  segmentQueue: {
    send: () => Promise.reject(new Error('Videos are analysed by functions, and none comes to this queue.')),
  },
});

logger.info('The task takes messages', { provider, size, leaseSeconds });
await runQueueTask(
  {
    source: createMessageSource(composeSqs(), {
      queueUrl: environment.GPU_QUEUE_URL,
      waitSeconds: environment.POLL_SECONDS,
    }),
    work: createWork(
      { ...analysis, leaseSeconds, timeoutSeconds: environment.ANALYSIS_TIMEOUT_SECONDS },
      telemetry,
    ),
    protect: createTaskProtection(environment.ECS_AGENT_URI),
  },
  // One batch is decoded while another runs.
  { concurrency: 2 * size, leaseSeconds, graceSeconds: environment.GRACE_SECONDS },
  { stop: stop.signal, telemetry },
);
logger.info('The task has given back what it had, and ends', { reason: stop.signal.reason });
// What is still computed was given back: nobody waits for it.
process.exit(0);
