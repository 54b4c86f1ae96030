import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Segmentry } from '../../../client/index.ts';
import { DomainError } from '../../../core/domain/entities/errors.ts';
import type { AddedModel } from './add-model.ts';

/** The deployment did not take the model. */
export class ModelNotTakenError extends DomainError {
  readonly code = 'model_not_taken';
  readonly kind = 'unprocessable';
}

const POLL_MS = 500;
const TIMEOUT_MS = 300_000;

/**
 * Puts a model into a deployment, as its admin, and waits until its weights have been checked there.
 * @throws ModelNotTakenError, SegmentryError
 */
export async function sendModel(
  { path, manifest }: AddedModel,
  { api }: Pick<Segmentry, 'api'>,
): Promise<void> {
  const { id, version } = manifest;
  const weights = await openAsBlob(path);
  const form = await api.addModel({ ...manifest, sizeBytes: weights.size });
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', weights, basename(path));
  const answer = await fetch(form.url, { method: 'POST', body });
  if (!answer.ok) {
    throw new ModelNotTakenError(
      `The weights of ${id} ${version} were not stored (${answer.status}). Try again.`,
    );
  }
  for (const deadline = performance.now() + TIMEOUT_MS; performance.now() < deadline; await sleep(POLL_MS)) {
    const { versions } = await api.getModel({ id });
    const found = versions.find((one) => one.version === version);
    if (found?.status === 'available') return;
    if (found?.status === 'refused') {
      throw new ModelNotTakenError(
        `${id} ${version} was refused: ${found.refusal?.detail ?? 'no reason was given'} (${found.refusal?.code ?? 'unknown'})`,
      );
    }
  }
  throw new ModelNotTakenError(
    `${id} ${version} has not been checked within ${TIMEOUT_MS / 60_000} minutes. "models show ${id}" tells how it stands.`,
  );
}
