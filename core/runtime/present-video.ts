import type { ListedVideoBody, VideoBody } from '../contracts/http/videos.ts';
import type { Job } from '../domain/entities/job.ts';
import type { Video } from '../domain/entities/video.ts';
import { presentJob } from './present.ts';

/** What clients see of a video. */
export function presentVideo(
  video: Video,
  { jobs, datasets }: { jobs: readonly Job[]; datasets: readonly string[] },
): VideoBody {
  return { ...presentListedVideo(video), datasets: [...datasets], jobs: jobs.map(presentJob) };
}

/** What lists show of a video. */
export function presentListedVideo(video: Video): ListedVideoBody {
  const { id, sha256, filename, width, height, durationSeconds, frameRate } = video;
  const { sizeBytes, contentType, cost = 0, uploadedAt, modifiedAt, expiresAt } = video;
  return {
    id,
    sha256,
    filename,
    width,
    height,
    durationSeconds,
    frameRate,
    sizeBytes,
    contentType,
    cost,
    uploadedAt,
    modifiedAt,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
