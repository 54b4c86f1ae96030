import { DIRECT_UPLOAD_LIMIT_BYTES } from '../../core/contracts/http/images.ts';
import { DomainError, UnusableImageError } from '../../core/domain/entities/errors.ts';
import type { HttpContext } from '../../core/runtime/http-environment.ts';
import { isImageBody } from '../../core/runtime/image-body.ts';

export interface ReceivedImage {
  readonly bytes: Uint8Array;
  readonly filename: string;
}

class ImageTooLargeError extends DomainError {
  readonly code = 'image_too_large';
  readonly kind = 'too_large';

  constructor(sizeBytes: number) {
    super(
      `The image has ${sizeBytes} bytes; a request may have up to ${DIRECT_UPLOAD_LIMIT_BYTES}. ` +
        'Create a presigned upload with POST /v1/uploads instead.',
    );
  }
}

class UnsupportedBodyError extends DomainError {
  readonly code = 'unsupported_body';
  readonly kind = 'unsupported';

  constructor(contentType: string) {
    super(
      `A body of type "${contentType}" is not accepted. Send the image with Content-Type: image/…, ` +
        'or a multipart form with a file field "image".',
    );
  }
}

class MissingFormFieldError extends DomainError {
  readonly code = 'missing_form_field';
  readonly kind = 'malformed';

  constructor() {
    super('The form has no file field "image". Add it.');
  }
}

/**
 * The image a request brings, as its body or in a form.
 * @throws ImageTooLargeError, UnsupportedBodyError, MissingFormFieldError, UnusableImageError (empty)
 */
export async function readImage(context: Pick<HttpContext, 'req'>): Promise<ReceivedImage> {
  const contentType = context.req.header('content-type') ?? '';
  const image = /^multipart\/form-data/i.test(contentType)
    ? await readForm(context)
    : await readBody(context, contentType);
  if (image.bytes.byteLength > DIRECT_UPLOAD_LIMIT_BYTES) {
    throw new ImageTooLargeError(image.bytes.byteLength);
  }
  if (image.bytes.byteLength === 0) {
    throw new UnusableImageError('empty_image', 'The image has no bytes. Send it as the request body.');
  }
  return image;
}

async function readBody(context: Pick<HttpContext, 'req'>, contentType: string): Promise<ReceivedImage> {
  if (!isImageBody(contentType)) throw new UnsupportedBodyError(contentType);
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  return { bytes, filename: readableName(context.req.header('x-filename')) };
}

async function readForm(context: Pick<HttpContext, 'req'>): Promise<ReceivedImage> {
  const form = await context.req.parseBody().catch(() => undefined);
  const file = form?.image;
  if (!(file instanceof File)) throw new MissingFormFieldError();
  return { bytes: new Uint8Array(await file.arrayBuffer()), filename: readableName(file.name) };
}

/** Header values are ASCII, so names arrive percent-encoded where they need to be. */
function readableName(name: string | undefined): string {
  if (name === undefined || name === '') return 'image';
  try {
    // Cut within a character, it is none that can be written down.
    return decodeURIComponent(name).slice(0, 255).toWellFormed();
  } catch {
    return name.slice(0, 255).toWellFormed();
  }
}
