import { getImageFileRoute, getImageRoute } from '../../../core/contracts/http/images.ts';
import { type Image, ImageNotFoundError, imageKey } from '../../../core/domain/image.ts';
import type { Job } from '../../../core/domain/job.ts';
import { type Principal, requireOwned } from '../../../core/domain/principal.ts';
import type { HttpApp } from '../../../core/runtime/http-app.ts';
import { presentImage } from '../../../core/runtime/present.ts';

export interface ImageRoutePorts {
  readonly images: { find(imageId: string): Promise<Image | undefined> };
  readonly jobs: { listOfImage(imageId: string): Promise<Job[]> };
  readonly signedUrl: (key: string) => Promise<string>;
}

export function serveImages(app: HttpApp, ports: ImageRoutePorts): void {
  const find = async (imageId: string, principal: Principal) =>
    requireOwned(await ports.images.find(imageId), principal, () => new ImageNotFoundError(imageId));

  app.openapi(getImageRoute, async (context) => {
    const image = await find(context.req.valid('param').id, context.get('principal'));
    return context.json(presentImage(image, await ports.jobs.listOfImage(image.id)), 200);
  });

  app.openapi(getImageFileRoute, async (context) => {
    const image = await find(context.req.valid('param').id, context.get('principal'));
    return context.redirect(await ports.signedUrl(imageKey(image.id)), 302);
  });
}
