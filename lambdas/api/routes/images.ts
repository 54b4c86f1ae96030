import {
  changeImageRoute,
  deleteImageRoute,
  getImageFileRoute,
  getImageRoute,
  listImagesRoute,
} from '../../../core/contracts/http/images.ts';
import { imageKey } from '../../../core/domain/entities/image.ts';
import {
  type DescribeImagePorts,
  deleteImage,
  describeImage,
  findImage,
  imagePrefetchKeys,
  listImages,
  type ManageImagesPorts,
  renameImage,
} from '../../../core/domain/media/manage-images.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching } from '../../../core/runtime/prefetch.ts';
import { presentImage, presentListedImage } from '../../../core/runtime/present.ts';

export interface ImageRoutePorts extends ManageImagesPorts, DescribeImagePorts {
  readonly images: ManageImagesPorts['images'];
  readonly signedUrl: (key: string) => Promise<string>;
}

export function serveImages(app: HttpApp, ports: ImageRoutePorts): void {
  app.openapi(listImagesRoute, async (context) => {
    const { limit, cursor, ...query } = context.req.valid('query');
    const { items, next } = await listImages(query, { limit, cursor }, context.get('principal'), ports);
    return context.json({ items: items.map(presentListedImage), next }, 200);
  });

  app.openapi(
    prefetching(getImageRoute, ({ params }) => imagePrefetchKeys(params.id)),
    async (context) => {
      const { image, ...attached } = await describeImage(context.req.valid('param').id, context.var, ports);
      return context.json(presentImage(image, attached), 200);
    },
  );

  app.openapi(
    prefetching(changeImageRoute, ({ params }) => imagePrefetchKeys(params.id)),
    async (context) => {
      const { filename } = context.req.valid('json');
      const { id } = context.req.valid('param');
      return context.json(presentListedImage(await renameImage(id, filename, context.var, ports)), 200);
    },
  );

  app.openapi(
    prefetching(deleteImageRoute, ({ params }) => imagePrefetchKeys(params.id)),
    async (context) => {
      await deleteImage(context.req.valid('param').id, context.var, ports);
      return context.body(null, 204);
    },
  );

  app.openapi(
    prefetching(getImageFileRoute, ({ params }) => imagePrefetchKeys(params.id)),
    async (context) => {
      const image = await findImage(context.req.valid('param').id, context.var, ports);
      return context.redirect(await ports.signedUrl(imageKey(image.id)), 302);
    },
  );
}
