import type { ModelRefusal, ModelStatus } from '../../contracts/http/models.ts';
import type { ModelManifest } from '../../contracts/model-manifest.ts';
import { DomainError } from './errors.ts';
import { type ModelVersion, modelReference } from './job.ts';

/** A model version that is known here. Jobs may name it where it is available. */
export interface RegisteredModel extends ModelManifest {
  readonly status: ModelStatus;
  /** Why it was refused. */
  readonly refusal?: ModelRefusal;
  readonly registeredAt: string;
}

/** A version whose weights are still to come, or to be checked. */
export interface ProposedModel extends RegisteredModel {
  readonly sizeBytes: number;
  /** Tells its form from those made earlier for the same version. */
  readonly proposal: string;
}

/** By what a proposal is known. */
export type ModelProposal = Pick<ProposedModel, 'id' | 'version' | 'proposal'>;

/** Where model versions are kept. */
export interface ModelRepository {
  /** Every version in every state. */
  list(): Promise<RegisteredModel[]>;
  find(model: ModelVersion): Promise<RegisteredModel | undefined>;
  put(model: RegisteredModel): Promise<void>;
  /** Writes the version, over an earlier proposal of it; false where it was available once. */
  propose(model: ProposedModel): Promise<boolean>;
  /**
   * Gives the proposal to the first object version that asks, and to that version again while it is checked.
   * @returns undefined where the proposal is unknown, replaced, another version's, or settled.
   */
  claim(proposal: ModelProposal, objectVersion: string): Promise<ProposedModel | undefined>;
  /** Ends the check of this proposal, unless it has ended or was replaced. */
  settle(model: ProposedModel, refusal: ModelRefusal | undefined): Promise<void>;
  /** Between available and disabled. @returns undefined where it is neither. */
  setStatus(
    model: ModelVersion,
    status: Extract<ModelStatus, 'available' | 'disabled'>,
  ): Promise<RegisteredModel | undefined>;
}

/** Its name holds what it is, so that what was available once can never become other weights. */
export const weightsKey = ({ id, version, sha256 }: ModelVersion & { readonly sha256: string }) =>
  `models/${id}/${version}/${sha256}.onnx`;

export class UnknownModelError extends DomainError {
  readonly code = 'unknown_model';
  readonly kind = 'unprocessable';

  constructor(reference: string, known: readonly RegisteredModel[]) {
    const names = known.filter(isAvailable).map(modelReference).sort();
    const there = names.length > 0 ? `There are: ${names.join(', ')}.` : 'No model is registered yet.';
    const meant = known.find((model) => modelReference(model) === reference);
    const problem =
      meant === undefined ? `There is no model ${reference}.` : `${reference} is ${meant.status}.`;
    super(`${problem} ${there}`);
  }
}

export class ModelNotFoundError extends DomainError {
  readonly code = 'model_not_found';
  readonly kind = 'not_found';

  constructor(reference: string) {
    super(`There is no model ${reference}. GET /v1/models lists all models.`);
  }
}

const isAvailable = ({ status }: RegisteredModel) => status === 'available';

/** Where models are looked up by name. */
export interface ModelCatalogue extends Pick<ModelRepository, 'list'> {
  /** Where `list` may give what it gave a few seconds ago: as they are now. */
  listAnew?(): Promise<RegisteredModel[]>;
}

/**
 * The model versions that `references` (`id` or `id@version`) name; `id` alone is its newest available version. None is
 * refused by an old list.
 * @throws UnknownModelError naming those there are.
 */
export async function resolveModels(
  references: readonly string[],
  catalogue: ModelCatalogue,
): Promise<RegisteredModel[]> {
  if (references.length === 0) return [];
  try {
    return pickModels(references, await catalogue.list());
  } catch (error) {
    if (!(error instanceof UnknownModelError) || catalogue.listAnew === undefined) throw error;
    return pickModels(references, await catalogue.listAnew());
  }
}

function pickModels(references: readonly string[], known: readonly RegisteredModel[]): RegisteredModel[] {
  const available = known.filter(isAvailable);
  const named = references.map((reference) => {
    const [id, version] = reference.split('@');
    const model = available
      .filter((candidate) => candidate.id === id && (version === undefined || candidate.version === version))
      .sort((a, b) => b.registeredAt.localeCompare(a.registeredAt))[0];
    if (model === undefined) throw new UnknownModelError(reference, known);
    return model;
  });
  return [...new Map(named.map((model) => [modelReference(model), model])).values()];
}

/** The model asks for more memory than its worker has: no delivery will change that. */
export class ModelTooLargeError extends DomainError {
  readonly code = 'model_too_large';
  readonly kind = 'too_large';

  constructor(options?: ErrorOptions) {
    super(
      'The model does not fit into the memory of its worker. Tell the operator, or take a smaller model or fewer tiles.',
      options,
    );
  }
}
