import { type Principal, requireOwned } from '../entities/principal.ts';
import { type Video, VideoNotFoundError, type VideoRepository } from '../entities/video.ts';

export interface ManageVideosPorts {
  readonly videos: Pick<VideoRepository, 'find' | 'rename' | 'remove'>;
  readonly now: () => Date;
}

/** @throws VideoNotFoundError */
export async function findVideo(
  videoId: string,
  principal: Principal,
  { videos }: { videos: Pick<VideoRepository, 'find'> },
): Promise<Video> {
  return requireOwned(await videos.find(videoId), principal, () => new VideoNotFoundError(videoId));
}

/** @throws VideoNotFoundError */
export async function renameVideo(
  videoId: string,
  filename: string,
  principal: Principal,
  ports: ManageVideosPorts,
): Promise<Video> {
  const video = await findVideo(videoId, principal, ports);
  const modifiedAt = ports.now().toISOString();
  await ports.videos.rename(video, filename, modifiedAt);
  return { ...video, filename, modifiedAt };
}

/** @throws VideoNotFoundError */
export async function deleteVideo(
  videoId: string,
  principal: Principal,
  ports: ManageVideosPorts,
): Promise<void> {
  await ports.videos.remove(await findVideo(videoId, principal, ports));
}
