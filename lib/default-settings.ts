/** What an operator may set with `-c name=value`; times in seconds, sizes in bytes. */
export const DEFAULTS = {
  /** How long one analysis may take. */
  analysisTimeoutSeconds: 120,
  /** Memory of the workers that run models; 1,769 MB are one vCPU. New accounts are refused more than 3,008. */
  analysisMemoryMb: 3008,
  /** Workers at a time of each of the queues for images, segments, uploads and batches. */
  analysisConcurrency: 10,
  /** Workers at a time that plan deliveries, and that call webhooks. */
  deliveryConcurrency: 10,
  /** How long a message stays hidden while it is worked on; six time-outs, as AWS advises. */
  analysisVisibilitySeconds: 720,
  ingestTimeoutSeconds: 120,
  ingestVisibilitySeconds: 720,
  /** How long a hundred jobs of a batch, or an export, may take: one of 5,000 large results takes minutes. */
  batchTimeoutSeconds: 300,
  batchVisibilitySeconds: 1800,
  /** Requests that all clients may send in a second, and at once. */
  apiRequestsPerSecond: 500,
  apiBurst: 1000,
  /** Processes kept for the API, and for direct uploads, so that neither takes all of the account's; 0 keeps none. */
  apiConcurrency: 100,
  /** Processes of each of the two that are kept ready, so that no request waits for one to start. */
  apiProvisionedConcurrency: 0,
  /** Requests of one address in five minutes beyond which AWS WAF refuses them; 0 puts no firewall before the API. */
  firewallRequests: 0,
  /** What the table and each index take in a second from the start; 0 leaves it at AWS's 12,000 and 4,000. */
  warmReadUnits: 0,
  warmWriteUnits: 0,
  /** Requests that one user may send in a minute. */
  requestsPerMinute: 1200,
  /** Jobs that one user may have queued or running. */
  openJobLimit: 10_000,
  /** Uploads that one user may have open: forms that can be used, and what is being taken in. */
  openUploadLimit: 1000,
  /** Deliveries after which a message goes to the dead letters. */
  maxReceives: 5,
  imageLimitBytes: 50_000_000,
  zipLimitBytes: 5_000_000_000,
  zipLimitEntries: 10_000,
  videoLimitBytes: 2_000_000_000,
  modelLimitBytes: 400_000_000,
  /** What a model that is added may take in its trial run. */
  modelTrialSeconds: 60,
  modelTrialMb: 2000,
  /** How long the check of a model may take, its trial run and the copying included. */
  modelCheckTimeoutSeconds: 150,
  modelCheckVisibilitySeconds: 900,
  /** What loaded models of a worker may take together; those used longest ago are let go. */
  modelMemoryMb: 1500,
  /** Weights that a worker keeps on its disk. */
  modelCacheMb: 400,
  /** Width times height of a video: 4K is taken, 8K is not. */
  videoLimitPixels: 9_500_000,
  videoLimitSeconds: 3600,
  /** Width times height times frames: an hour of 1080p at 60 a second, or 33 minutes of 4K at 30. */
  videoLimitDecodedPixels: 500_000_000_000,
  /** Frames that are analysed of one video at most. */
  videoLimitFrames: 10_000,
  /** Frames that one worker analyses at a time. */
  videoSegmentFrames: 60,
  /** How long one segment may take; six time-outs hide its message. */
  segmentTimeoutSeconds: 600,
  segmentVisibilitySeconds: 3600,
  /** How long a video's job may go without another of its segments before it is tried again. */
  videoLeaseSeconds: 7200,
  /** Width times height; more is refused before decoding. */
  imageLimitPixels: 50_000_000,
  /** How long a presigned form can be used. */
  uploadExpirySeconds: 3600,
  /** Days after which images are forgotten with their results, where an upload says nothing else; 0 keeps them. */
  retentionDays: 0,
  /** Days after which a file under uploads/ that nobody took in is removed. */
  uploadRetentionDays: 1,
  /** What is stored and analysed beyond which the operator is told, before the bill does it. */
  alarmStoredGb: 500,
  alarmDailyAnalyses: 100_000,
  /** Tasks with a GPU at a time, and how many of them, the first ones, run on demand; the others run on Spot. */
  gpuMaxTasks: 4,
  gpuOnDemandTasks: 1,
  /** Jobs, waiting or running, for which another task is started. */
  gpuMessagesPerTask: 200,
  /** Minutes without a job after which the last task is stopped. */
  gpuIdleMinutes: 10,
  /** How long a job stays with a task that says nothing. */
  gpuLeaseSeconds: 60,
  /** Images in one run of a model with a batch axis, and how long the first of them waits for others. */
  gpuBatchSize: 8,
  gpuBatchWaitMs: 10,
  /** Processes of a task, which decode images and read results side by side: as many as it has processors. */
  gpuProcesses: 3,
  /** What loaded models may take together on a task, an equal part in each process; one that alone takes more is refused. */
  gpuModelMemoryMb: 8000,
  /** How long a webhook may take to answer. */
  webhookTimeoutSeconds: 15,
  /** How long before each attempt of a delivery: at once, then 5 s, 5 min, 30 min, 2 h, 5 h and 10 h later. */
  webhookScheduleSeconds: [0, 5, 300, 1800, 7200, 18_000, 36_000] as readonly number[],
  /** Days of failing after which a webhook is disabled. */
  webhookGiveUpDays: 5,
};

export type Settings = Readonly<typeof DEFAULTS>;
