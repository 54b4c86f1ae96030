import type { ModelStatus } from '../../contracts/http/models.ts';
import { DomainError } from '../entities/errors.ts';
import { type ModelVersion, modelReference } from '../entities/job.ts';
import { ModelNotFoundError, type ModelRepository, type RegisteredModel } from '../entities/model.ts';
import { isAdmin, type Principal, requireAdmin } from '../entities/principal.ts';

export interface ManageModelsPorts {
  readonly models: Pick<ModelRepository, 'list' | 'find' | 'setStatus'>;
}

/** It has not passed its check: there is nothing to enable or disable. */
export class ModelStatusError extends DomainError {
  readonly code = 'model_not_available';
  readonly kind = 'conflict';

  constructor(model: RegisteredModel) {
    super(
      `${modelReference(model)} is ${model.status}. Only what passed its check can be enabled or disabled.`,
    );
  }
}

/** What was never available concerns admins alone. */
const isShown = ({ status }: RegisteredModel, principal: Principal) =>
  isAdmin(principal) || status === 'available' || status === 'disabled';

export async function listModels(principal: Principal, { models }: ManageModelsPorts) {
  return (await models.list()).filter((model) => isShown(model, principal));
}

/** @throws ModelNotFoundError */
export async function findModelVersions(id: string, principal: Principal, ports: ManageModelsPorts) {
  const versions = (await listModels(principal, ports)).filter((model) => model.id === id);
  if (versions.length === 0) throw new ModelNotFoundError(id);
  return versions;
}

/** @throws ModelNotFoundError */
export async function findModelVersion(
  named: ModelVersion,
  principal: Principal,
  { models }: ManageModelsPorts,
): Promise<RegisteredModel> {
  const model = await models.find(named);
  if (model === undefined || !isShown(model, principal)) throw new ModelNotFoundError(modelReference(named));
  return model;
}

/** @throws AdminOnlyError, ModelNotFoundError, ModelStatusError */
export async function changeModelStatus(
  { status, ...named }: ModelVersion & { status: Extract<ModelStatus, 'available' | 'disabled'> },
  principal: Principal,
  ports: ManageModelsPorts,
): Promise<RegisteredModel> {
  requireAdmin(principal);
  const changed = await ports.models.setStatus(named, status);
  if (changed !== undefined) return changed;
  throw new ModelStatusError(await findModelVersion(named, principal, ports));
}
