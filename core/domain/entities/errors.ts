/** What kind of failure it is; the runtime maps it to an HTTP status and decides on retries. */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported'
  | 'unprocessable'
  | 'too_many'
  | 'unavailable';

/** Amounts in credits. */
export interface ProblemMembers {
  readonly cost?: number;
  readonly balance?: number;
}

/**
 * The text with what stands after the `?` of URLs left out: a signed URL opens what it names to whoever reads it, and
 * the words of errors go to webhooks, subscribers and logs.
 */
export const withoutQueries = (text: string) => text.replace(/(https?:\/\/[^\s?"']+)\?[^\s"')]+/g, '$1?…');

/** A failure the product foresees: a fact, a stable code, and words that say what to do. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** Further members of the problem that clients get. */
  readonly members?: ProblemMembers;

  constructor(message: string, options?: ErrorOptions) {
    super(withoutQueries(message), options);
  }

  /** In logs. Names of classes are not the same in a bundle. */
  override get name(): string {
    return this.code ?? 'Error';
  }
}

const NAMED_AT_MOST = 10;

/** The first of many things, for words that say which: `a, b and 3 more`. */
export function nameSome(things: readonly string[]): string {
  const more = things.length > NAMED_AT_MOST ? ` and ${things.length - NAMED_AT_MOST} more` : '';
  return things.slice(0, NAMED_AT_MOST).join(', ') + more;
}

/** The bytes can't be analysed as an image; trying again gives the same answer. */
export class UnusableImageError extends DomainError {
  readonly kind;
  readonly code;

  constructor(code: UnusableImageCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.kind = UNUSABLE_IMAGE_KINDS[code];
  }
}

const UNUSABLE_IMAGE_KINDS = {
  empty_image: 'malformed',
  unsupported_image: 'unsupported',
  heic_unsupported: 'unsupported',
  damaged_image: 'unprocessable',
  too_many_pixels: 'too_large',
} as const satisfies Record<string, ErrorKind>;

export type UnusableImageCode = keyof typeof UNUSABLE_IMAGE_KINDS;

/** A list can't go on from there. */
export class InvalidCursorError extends DomainError {
  readonly code = 'invalid_cursor';
  readonly kind = 'malformed';

  constructor() {
    super(
      'The cursor does not belong to this list. Give the `next` of the previous page, or none to start over.',
    );
  }
}
