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
import { stopOnSignal } from '../../core/runtime/stop-on-signal.ts';
import { reportBusy } from '../../core/runtime/task-processes.ts';
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

const stop = stopOnSignal();
const provider = await chooseProvider(environment.EXECUTION_PROVIDER, { tryProvider, telemetry });
const { BATCH_SIZE: size, BATCH_WAIT_MS: waitMs, ANALYSIS_LEASE_SECONDS: leaseSeconds } = environment;
const analysis = composeImageAnalysis(environment, {
  provider,
  batch: { size, waitMs, isPadded: provider === 'cuda' },
  isStrict: true,
  segmentQueue: {
    send: () => Promise.reject(new Error('Videos are analysed by functions, and none comes to this queue.')),
  },
});

logger.info('The task takes messages', { provider, size, leaseSeconds });
await reportBusy(false);
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
    protect: reportBusy,
  },
  // One batch is decoded while another runs.
  { concurrency: 2 * size, leaseSeconds, graceSeconds: environment.GRACE_SECONDS },
  { stop, telemetry },
);
// What is still computed was given back: nobody waits for it.
process.exit(0);
