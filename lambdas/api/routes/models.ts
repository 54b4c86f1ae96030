import {
  addModelRoute,
  changeModelStatusRoute,
  getModelRoute,
  getModelVersionRoute,
  listModelsRoute,
} from '../../../core/contracts/http/models.ts';
import { type AddModelPorts, addModel } from '../../../core/domain/models/add-model.ts';
import {
  changeModelStatus,
  findModelVersion,
  findModelVersions,
  listModels,
  type ManageModelsPorts,
} from '../../../core/domain/models/manage-models.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { presentModels, presentModelVersion } from '../../../core/runtime/present.ts';

export type ModelRoutePorts = ManageModelsPorts & AddModelPorts;

export function serveModels(app: HttpApp, ports: ModelRoutePorts): void {
  app.openapi(listModelsRoute, async (context) => {
    const models = await listModels(context.get('principal'), ports);
    return context.json({ items: presentModels(models), next: null }, 200);
  });

  app.openapi(addModelRoute, async (context) => {
    const { model, ...form } = await addModel(context.req.valid('json'), context.get('principal'), ports);
    const { id, version, status } = model;
    context.header('location', `/v1/models/${id}/versions/${version}`);
    return context.json({ id, version, status, ...form }, 201);
  });

  app.openapi(getModelRoute, async (context) => {
    const { id } = context.req.valid('param');
    const versions = await findModelVersions(id, context.get('principal'), ports);
    return context.json({ id, versions: versions.map(presentModelVersion) }, 200);
  });

  app.openapi(getModelVersionRoute, async (context) => {
    const model = await findModelVersion(context.req.valid('param'), context.get('principal'), ports);
    if (model.status === 'pending' || model.status === 'checking') context.header('retry-after', '1');
    return context.json(presentModelVersion(model), 200);
  });

  app.openapi(changeModelStatusRoute, async (context) => {
    const change = { ...context.req.valid('param'), ...context.req.valid('json') };
    return context.json(
      presentModelVersion(await changeModelStatus(change, context.get('principal'), ports)),
      200,
    );
  });
}
