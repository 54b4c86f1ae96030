import { createJobRecords } from '../../core/adapters/dynamodb/records/job-records.ts';
import { createVideoRecords } from '../../core/adapters/dynamodb/records/video-records.ts';
import { createVideoSegments } from '../../core/adapters/dynamodb/records/video-segments.ts';
import { createJobFailer, createVideoJobEnder } from '../../core/adapters/dynamodb/records/worker-jobs.ts';
import { createFrameReader } from '../../core/adapters/ffmpeg/read-frames.ts';
import { createFrameDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { now } from '../../core/composition/clock.ts';
import { composeCredits } from '../../core/composition/credits.ts';
import { composeModelSessions } from '../../core/composition/model-sessions.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { composeTable } from '../../core/composition/table.ts';
import {
  BucketEnvironment,
  CreditTermsEnvironment,
  ModelBudgetEnvironment,
  SegmentEnvironment,
  TableEnvironment,
  VideoToolsEnvironment,
} from '../../core/contracts/environment.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';
import { resultKey } from '../../core/domain/entities/job.ts';
import { videoKey } from '../../core/domain/entities/video.ts';
import { readEnvironment } from '../../core/runtime/read-environment.ts';
import { createTelemetry } from '../../core/runtime/telemetry.ts';
import { createHandler } from './handler.ts';

const environment = readEnvironment(
  TableEnvironment.extend(BucketEnvironment.shape)
    .extend(CreditTermsEnvironment.shape)
    .extend(SegmentEnvironment.shape)
    .extend(ModelBudgetEnvironment.shape)
    .extend(VideoToolsEnvironment.shape),
  process.env,
);
const table = composeTable(environment);
const objects = composeObjects(environment);
const credits = composeCredits(table, environment);
const finishJob = createVideoJobEnder(table, now);
const readFrames = createFrameReader({ ffmpeg: environment.FFMPEG_PATH });
const sessions = composeModelSessions(table, objects, environment);

export const handler = createHandler(
  {
    jobs: {
      find: createJobRecords(table).find,
      fail: createJobFailer(table, { now, credits }),
      succeedVideo: async (job, document) => {
        const key = resultKey(job.id);
        await objects.put(key, JSON.stringify(document), 'application/json');
        return finishJob(job, { summary: document.summary, key });
      },
    },
    segments: createVideoSegments(table, { leaseSeconds: environment.VIDEO_LEASE_SECONDS, now }),
    videos: createVideoRecords(table),
    objects,
    async *readFrames(video, segment, framesPerSecond) {
      const url = await objects.signedUrl(videoKey(video.id), environment.SEGMENT_SECONDS);
      yield* readFrames({ url, segment, framesPerSecond }, video);
    },
    analyzeFrame: async (
      { model: reference, options },
      { id, sha256, width, height },
      { timeSeconds, pixels },
    ) => {
      const decodeImage = createFrameDecoder({ width, height });
      const { image: video, ...found } = await sessions.use(reference, (model) =>
        inferImage({ bytes: pixels, image: { id, sha256 }, options }, { decodeImage, encodeLabelMap, model }),
      );
      return { timeSeconds, video, ...found };
    },
    maxReceives: environment.ANALYSIS_MAX_RECEIVES,
  },
  createTelemetry('analyze-video'),
);
