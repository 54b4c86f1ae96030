import * as z from 'zod';
import { ExecutionProvider } from './device.ts';

/**
 * Names and forms of the environment variables that bind functions to resources. A construct sets the
 * variable where it grants the access; the function's `index.ts` reads it through the same shape.
 */
export const TableEnvironment = z.object({ TABLE_NAME: z.string().min(1) });
export const BucketEnvironment = z.object({ BUCKET_NAME: z.string().min(1) });
/** Where jobs wait for a worker, by the device that they run on; one without GPUs has no queue for them. */
export const AnalysisQueueEnvironment = z.object({
  ANALYSIS_QUEUE_URL: z.url(),
  GPU_QUEUE_URL: z.url().optional(),
});
/** Whether jobs may ask for a GPU. */
export const DeviceEnvironment = z.object({
  HAS_GPU: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
/** What the queues have given up. */
export const DeadLettersEnvironment = z.object({
  ANALYSIS_DEAD_LETTERS_URL: z.url(),
  GPU_DEAD_LETTERS_URL: z.url().optional(),
  UPLOAD_DEAD_LETTERS_URL: z.url(),
});
export const EventsEnvironment = z.object({ EVENTS_TOPIC_ARN: z.string().min(1) });
export const BatchQueueEnvironment = z.object({ BATCH_QUEUE_URL: z.url() });

const Credits = z.coerce.number().min(0).max(1_000_000_000);

/** What accounts open with, and under what their balance is low. In credits. */
export const CreditTermsEnvironment = z.object({ INITIAL_CREDITS: Credits, LOW_CREDITS: Credits });
/** What things cost, in credits. */
export const CreditPricesEnvironment = z.object({
  IMAGE_PRICE_CREDITS: Credits,
  VIDEO_FRAME_PRICE_CREDITS: Credits,
  ANALYSIS_PRICE_CREDITS: Credits,
});

/** How large what is uploaded may be, by its kind. */
export const SizeLimitEnvironment = z.object({
  IMAGE_LIMIT_BYTES: z.coerce.number().int().positive(),
  ZIP_LIMIT_BYTES: z.coerce.number().int().positive(),
  VIDEO_LIMIT_BYTES: z.coerce.number().int().positive(),
});
export const ZipLimitEnvironment = z.object({ ZIP_LIMIT_ENTRIES: z.coerce.number().int().positive() });
/** How uploads are limited. Bytes and seconds. */
export const UploadLimitEnvironment = SizeLimitEnvironment.extend({
  UPLOAD_EXPIRY_SECONDS: z.coerce.number().int().positive(),
  /** Uploads that one user may have open. */
  OPEN_UPLOAD_LIMIT: z.coerce.number().int().positive(),
});
/** The queue of uploads, and how often it delivers a message before it gives up. */
export const UploadQueueEnvironment = z.object({
  UPLOAD_QUEUE_URL: z.url(),
  UPLOAD_MAX_RECEIVES: z.coerce.number().int().positive(),
});
/** Days after which images are forgotten; 0 keeps them. */
export const RetentionEnvironment = z.object({ RETENTION_DAYS: z.coerce.number().int().min(0) });
export const ImageLimitEnvironment = z.object({ IMAGE_LIMIT_PIXELS: z.coerce.number().int().positive() });

/** Whose pages may call the API from a browser. Comma-separated. */
export const CorsEnvironment = z.object({
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((origin) => origin !== '')),
});

export const RequestQuotaEnvironment = z.object({ REQUESTS_PER_MINUTE: z.coerce.number().int().positive() });
/** How much one user may ask for. */
export const QuotaEnvironment = RequestQuotaEnvironment.extend({
  OPEN_JOB_LIMIT: z.coerce.number().int().positive(),
});

/** Deliveries after which a message of the analysis queue goes to the dead letters. */
export const AnalysisLimitEnvironment = z.object({
  ANALYSIS_MAX_RECEIVES: z.coerce.number().int().positive(),
});

export const SegmentQueueEnvironment = z.object({
  SEGMENT_QUEUE_URL: z.url(),
  /** How long a video's job may go without another of its segments. */
  VIDEO_LEASE_SECONDS: z.coerce.number().int().positive(),
});

/** Where the programs are that read videos. */
export const VideoToolsEnvironment = z.object({
  FFMPEG_PATH: z.string().min(1),
  FFPROBE_PATH: z.string().min(1),
});

/** How large a video may be, and how it is divided. */
export const VideoLimitEnvironment = z.object({
  /** Width times height. */
  VIDEO_LIMIT_PIXELS: z.coerce.number().int().positive(),
  VIDEO_LIMIT_SECONDS: z.coerce.number().positive(),
  /** Of all frames together. */
  VIDEO_LIMIT_DECODED_PIXELS: z.coerce.number().positive(),
  VIDEO_LIMIT_FRAMES: z.coerce.number().int().positive(),
  VIDEO_SEGMENT_FRAMES: z.coerce.number().int().positive(),
});

export const AnalysisEnvironment = AnalysisLimitEnvironment.extend({
  /** How long a worker may hold a job before another may take it over. */
  ANALYSIS_LEASE_SECONDS: z.coerce.number().int().positive(),
  ANALYSIS_THREADS: z.coerce.number().int().positive(),
});
/** How a task works that takes jobs from a queue itself. */
export const TaskEnvironment = z.object({
  GPU_QUEUE_URL: z.url(),
  EXECUTION_PROVIDER: ExecutionProvider,
  /** How long one analysis may take. */
  ANALYSIS_TIMEOUT_SECONDS: z.coerce.number().positive(),
  /** Images in one run, and how long the first of them waits for others. */
  BATCH_SIZE: z.coerce.number().int().min(1).max(64),
  BATCH_WAIT_MS: z.coerce.number().int().min(0).max(1000),
  /** How long a request for messages waits for one. */
  POLL_SECONDS: z.coerce.number().int().min(0).max(20).default(20),
  /** How long after SIGTERM what has begun may take; ECS kills the task 120 seconds after it. */
  GRACE_SECONDS: z.coerce.number().min(0).max(110).default(100),
});
export const TaskProcessesEnvironment = z.object({
  /** Processes of one task that work side by side. */
  TASK_PROCESSES: z.coerce.number().int().min(1).max(16),
  /** Where ECS's agent is; ECS sets it. */
  ECS_AGENT_URI: z.url().optional(),
});
export const SegmentEnvironment = AnalysisEnvironment.pick({
  ANALYSIS_MAX_RECEIVES: true,
  ANALYSIS_THREADS: true,
}).extend({
  /** How long one segment may take. */
  SEGMENT_SECONDS: z.coerce.number().int().positive(),
  VIDEO_LEASE_SECONDS: SegmentQueueEnvironment.shape.VIDEO_LEASE_SECONDS,
});

/** Whoever can change what comes from there can sign as anybody: by TLS, or from this machine. */
const SafeUrl = z.url().regex(/^(https:\/\/|http:\/\/127\.0\.0\.1[:/])/, 'must begin with https://');

/** Another issuer whose tokens are taken; `jwksUri` where its keys are not at the usual address. */
export const TrustedIssuer = z.strictObject({
  issuer: SafeUrl,
  audience: z.string().min(1),
  jwksUri: SafeUrl.optional(),
});
export type TrustedIssuer = z.infer<typeof TrustedIssuer>;

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(schema);

/** What every function needs that asks who is there. */
export const AuthenticationEnvironment = z.object({
  SIGNING_KEY_ID: z.string().min(1),
  TRUSTED_ISSUERS: json(z.array(TrustedIssuer)),
});

export const PurgeQueueEnvironment = z.object({ PURGE_QUEUE_URL: z.url() });
export const ErasureQueueEnvironment = z.object({ ERASURE_QUEUE_URL: z.url() });
export const RegistrationEnvironment = z.object({
  REGISTRATION: z.enum(['open', 'invite', 'closed']),
  /** Accounts that may be asked for from one address within an hour. */
  REGISTRATIONS_PER_HOUR: z.coerce.number().int().positive(),
});

/** The secret that the console's CloudFront sends; absent where there is none. */
export const OriginEnvironment = z.object({ ORIGIN_SECRET: z.string().min(1).optional() });
export const DeliveryQueueEnvironment = z.object({ DELIVERY_QUEUE_URL: z.url() });

/** The key that seals the secrets of webhooks. */
export const WebhookSecretsEnvironment = z.object({ WEBHOOK_SECRETS_KEY_ID: z.string().min(1) });

/** Whether webhooks may reach this machine by plain HTTP: for development. */
export const WebhookUrlEnvironment = z.object({
  WEBHOOK_LOOPBACK_ALLOWED: z.enum(['true', 'false']).transform((text) => text === 'true'),
});

/** When deliveries are tried, and when a webhook is given up. */
export const DeliveryEnvironment = z.object({
  /** Comma-separated: how long before each attempt. */
  WEBHOOK_SCHEDULE_SECONDS: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().nonnegative()).min(1)),
  WEBHOOK_TIMEOUT_SECONDS: z.coerce.number().positive(),
  WEBHOOK_GIVE_UP_DAYS: z.coerce.number().positive(),
});

/** How large the weights of a model may be. */
export const ModelLimitEnvironment = z.object({ MODEL_LIMIT_BYTES: z.coerce.number().int().positive() });

/** What a model may take in its trial run, and how often its check is tried. */
export const ModelCheckEnvironment = z.object({
  MODEL_TRIAL_SECONDS: z.coerce.number().positive(),
  MODEL_TRIAL_MB: z.coerce.number().int().positive(),
  MODEL_CHECK_MAX_RECEIVES: z.coerce.number().int().positive(),
});

/** What a worker may keep of models: loaded ones in memory, weights on disk. */
export const ModelBudgetEnvironment = z.object({
  MODEL_MEMORY_MB: z.coerce.number().int().positive(),
  MODEL_CACHE_MB: z.coerce.number().int().positive(),
});

/**
 * Makes glibc give back what large images took. Forty images of up to twelve megapixels took 696 MB at the
 * most without it, and 290 MB with it.
 */
export const STEADY_MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '1000000',
} as const;

/** Where messages to WebSocket connections are posted; an emulator's is a path on the emulator itself. */
export const LiveConnectionsEnvironment = z
  .object({ LIVE_CONNECTIONS_URL: z.string().min(1), AWS_ENDPOINT_URL: z.url().optional() })
  .transform(({ LIVE_CONNECTIONS_URL: url, AWS_ENDPOINT_URL: base }) => ({
    LIVE_CONNECTIONS_URL: new URL(url, base).href,
  }));
