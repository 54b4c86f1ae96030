import {
  changeVideoRoute,
  deleteVideoRoute,
  getVideoFileRoute,
  getVideoRoute,
  listVideosRoute,
} from '../../../core/contracts/http/videos.ts';
import { requireOwned } from '../../../core/domain/entities/principal.ts';
import { VideoNotFoundError, type VideoRepository, videoKey } from '../../../core/domain/entities/video.ts';
import type { DescribeImagePorts } from '../../../core/domain/media/manage-images.ts';
import {
  deleteVideo,
  findVideo,
  type ManageVideosPorts,
  renameVideo,
} from '../../../core/domain/media/manage-videos.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching } from '../../../core/runtime/prefetch.ts';
import { presentListedVideo, presentVideo } from '../../../core/runtime/present-video.ts';

export interface VideoRoutePorts extends ManageVideosPorts {
  readonly videos: ManageVideosPorts['videos'] & Pick<VideoRepository, 'list'>;
  readonly attachments: DescribeImagePorts['attachments'];
  readonly signedUrl: (key: string) => Promise<string>;
}

export function serveVideos(app: HttpApp, ports: VideoRoutePorts): void {
  app.openapi(listVideosRoute, async (context) => {
    const { userId } = context.get('principal');
    const { items, next } = await ports.videos.list(userId, context.req.valid('query'));
    return context.json({ items: items.map(presentListedVideo), next }, 200);
  });

  app.openapi(
    prefetching(getVideoRoute, ({ params }) => ({ video: params.id })),
    async (context) => {
      const { id } = context.req.valid('param');
      const { principal, prefetched } = context.var;
      const video = requireOwned(prefetched.video, principal, () => new VideoNotFoundError(id));
      return context.json(presentVideo(video, await ports.attachments.of(video.id)), 200);
    },
  );

  app.openapi(changeVideoRoute, async (context) => {
    const { filename } = context.req.valid('json');
    const { id } = context.req.valid('param');
    const video = await renameVideo(id, filename, context.get('principal'), ports);
    return context.json(presentListedVideo(video), 200);
  });

  app.openapi(deleteVideoRoute, async (context) => {
    await deleteVideo(context.req.valid('param').id, context.get('principal'), ports);
    return context.body(null, 204);
  });

  app.openapi(getVideoFileRoute, async (context) => {
    const video = await findVideo(context.req.valid('param').id, context.get('principal'), ports);
    return context.redirect(await ports.signedUrl(videoKey(video.id)), 302);
  });
}
