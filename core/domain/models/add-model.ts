import type { AddModelBody } from '../../contracts/http/models.ts';
import { DomainError } from '../entities/errors.ts';
import { newId } from '../entities/ids.ts';
import { type ModelVersion, modelReference } from '../entities/job.ts';
import type { ModelProposal, ModelRepository, ProposedModel } from '../entities/model.ts';
import { type Principal, requireAdmin } from '../entities/principal.ts';
import type { PresignedForm, PresignUpload } from '../uploads/create-upload.ts';
import { UploadTooLargeError } from '../uploads/create-upload.ts';

export interface AddModelPorts {
  readonly models: Pick<ModelRepository, 'propose'>;
  readonly presignUpload: (form: PresignUpload) => Promise<PresignedForm>;
  readonly now: () => Date;
  readonly limits: { readonly modelBytes: number; readonly expirySeconds: number };
}

/** What was available once is never replaced: results name it. */
export class ModelVersionExistsError extends DomainError {
  readonly code = 'model_version_exists';
  readonly kind = 'conflict';

  constructor(model: ModelVersion) {
    super(`${modelReference(model)} exists and stays as it is. Give the new weights another version.`);
  }
}

const INCOMING = /^incoming-models\/([^/]+)\/([^/]+)\/([^/]+)$/;

/** Where a proposal's weights arrive. */
export const incomingKey = ({ id, version, proposal }: ModelProposal) =>
  `incoming-models/${id}/${version}/${proposal}`;

/** The proposal an object key stands for. */
export function proposalOf(key: string): ModelProposal | undefined {
  const [, id, version, proposal] = INCOMING.exec(key) ?? [];
  if (id === undefined || version === undefined || proposal === undefined) return undefined;
  return { id, version, proposal };
}

/**
 * Makes a presigned form that takes exactly the weights' bytes. Whatever comes by it is checked before jobs may
 * name the version.
 * @throws AdminOnlyError, UploadTooLargeError, ModelVersionExistsError
 */
export async function addModel(
  { sizeBytes, ...manifest }: AddModelBody,
  principal: Principal,
  ports: AddModelPorts,
): Promise<PresignedForm & { model: ProposedModel; expiresAt: string }> {
  requireAdmin(principal);
  const { modelBytes, expirySeconds } = ports.limits;
  if (sizeBytes > modelBytes) throw new UploadTooLargeError('model', modelBytes);
  const now = ports.now();
  const model: ProposedModel = {
    ...manifest,
    sizeBytes,
    proposal: newId('upl'),
    status: 'pending',
    registeredAt: now.toISOString(),
  };
  if (!(await ports.models.propose(model))) throw new ModelVersionExistsError(model);
  const form = await ports.presignUpload({
    key: incomingKey(model),
    contentType: 'application/octet-stream',
    leastBytes: sizeBytes,
    limitBytes: sizeBytes,
    expirySeconds,
  });
  const expiresAt = new Date(now.getTime() + expirySeconds * 1000).toISOString();
  return { ...form, model, expiresAt };
}
