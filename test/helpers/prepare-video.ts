import type { ApiClient } from './api-client.ts';
import { makeVideo, testPattern } from './make-video.ts';
import { sendPresigned, waitForEnd } from './pipeline.ts';

/** A video of one frame that has been taken in and analysed. */
export async function prepareVideo(
  call: ApiClient,
  model: string,
): Promise<{ video: string; videoJob: string }> {
  const sent = await sendPresigned(call, {
    bytes: makeVideo('a.mp4', ...testPattern('160x120', 1), '-c:v', 'libx264'),
    filename: 'a.mp4',
    contentType: 'video/mp4',
    request: { kind: 'video', models: [model] },
  });
  const { videos } = await waitForEnd(call, `/v1/uploads/${sent.id}`);
  const { body } = await call(`GET /v1/videos/${videos[0]}`);
  const videoJob: string = body.jobs[0].id;
  await waitForEnd(call, `/v1/jobs/${videoJob}`);
  return { video: videos[0], videoJob };
}
