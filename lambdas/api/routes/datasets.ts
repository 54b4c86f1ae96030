import {
  addDatasetImageRoute,
  addDatasetVideoRoute,
  changeDatasetRoute,
  createDatasetRoute,
  deleteDatasetRoute,
  getDatasetRoute,
  listDatasetItemsRoute,
  listDatasetsRoute,
  removeDatasetImageRoute,
  removeDatasetVideoRoute,
} from '../../../core/contracts/http/datasets.ts';
import {
  addToDataset,
  changeDataset,
  createDataset,
  type DatasetPorts,
  deleteDataset,
  removeFromDataset,
  resolveDataset,
} from '../../../core/domain/datasets/manage-datasets.ts';
import type { DatasetItemRepository, DatasetRepository } from '../../../core/domain/entities/dataset.ts';
import { ImageNotFoundError, type ImageRepository } from '../../../core/domain/entities/image.ts';
import { requireOwned } from '../../../core/domain/entities/principal.ts';
import type { VideoRepository } from '../../../core/domain/entities/video.ts';
import { findVideo } from '../../../core/domain/media/manage-videos.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { prefetching } from '../../../core/runtime/prefetch.ts';
import { presentDataset, presentDatasetItem } from '../../../core/runtime/present-dataset.ts';

export interface DatasetRoutePorts extends DatasetPorts {
  readonly datasets: DatasetPorts['datasets'] & Pick<DatasetRepository, 'listOfUser'>;
  readonly datasetItems: DatasetPorts['datasetItems'] & Pick<DatasetItemRepository, 'list'>;
  readonly images: Pick<ImageRepository, 'find'>;
  readonly videos: Pick<VideoRepository, 'find'>;
}

export function serveDatasets(app: HttpApp, ports: DatasetRoutePorts): void {
  app.openapi(createDatasetRoute, async (context) => {
    const dataset = await createDataset(context.req.valid('json'), context.get('principal'), ports);
    context.header('location', `/v1/datasets/${dataset.id}`);
    return context.json(presentDataset(dataset), 201);
  });

  app.openapi(listDatasetsRoute, async (context) => {
    const { userId } = context.get('principal');
    const { items, next } = await ports.datasets.listOfUser(userId, context.req.valid('query'));
    return context.json({ items: items.map(presentDataset), next }, 200);
  });

  app.openapi(
    prefetching(getDatasetRoute, ({ params }) => ({ dataset: params.id })),
    async (context) => {
      const dataset = await resolveDataset(context.req.valid('param').id, context.var, ports);
      return context.json(presentDataset(dataset), 200);
    },
  );

  app.openapi(changeDatasetRoute, async (context) => {
    const { id } = context.req.valid('param');
    const dataset = await changeDataset(id, context.req.valid('json'), context.get('principal'), ports);
    return context.json(presentDataset(dataset), 200);
  });

  app.openapi(deleteDatasetRoute, async (context) => {
    await deleteDataset(context.req.valid('param').id, context.get('principal'), ports);
    return context.body(null, 204);
  });

  app.openapi(
    prefetching(listDatasetItemsRoute, ({ params }) => ({ dataset: params.id })),
    async (context) => {
      const { id } = await resolveDataset(context.req.valid('param').id, context.var, ports);
      const { items, next } = await ports.datasetItems.list(id, context.req.valid('query'));
      return context.json({ items: items.map(presentDatasetItem), next }, 200);
    },
  );

  app.openapi(addDatasetImageRoute, async (context) => {
    const { id, imageId } = context.req.valid('param');
    const principal = context.get('principal');
    const missing = () => new ImageNotFoundError(imageId);
    const thing = requireOwned(await ports.images.find(imageId), principal, missing);
    await addToDataset(id, { type: 'image', thing }, principal, ports);
    return context.body(null, 204);
  });

  app.openapi(addDatasetVideoRoute, async (context) => {
    const { id, videoId } = context.req.valid('param');
    const principal = context.get('principal');
    const thing = await findVideo(videoId, principal, ports);
    await addToDataset(id, { type: 'video', thing }, principal, ports);
    return context.body(null, 204);
  });

  app.openapi(removeDatasetVideoRoute, async (context) => {
    const { id, videoId } = context.req.valid('param');
    await removeFromDataset(id, { type: 'video', itemId: videoId }, context.get('principal'), ports);
    return context.body(null, 204);
  });

  app.openapi(removeDatasetImageRoute, async (context) => {
    const { id, imageId } = context.req.valid('param');
    await removeFromDataset(id, { type: 'image', itemId: imageId }, context.get('principal'), ports);
    return context.body(null, 204);
  });
}
