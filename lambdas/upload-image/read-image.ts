import { DIRECT_UPLOAD_LIMIT_BYTES } from '../../core/contracts/http/images.ts';
import { DomainError, UnusablePictureError } from '../../core/domain/entities/errors.ts';
import type { HttpContext } from '../../core/runtime/http-environment.ts';

export interface ReceivedPicture {
  readonly bytes: Uint8Array;
  readonly filename: string;
}

class PictureTooLargeError extends DomainError {
  readonly code = 'picture_too_large';
  readonly kind = 'too_large';

  constructor(sizeBytes: number) {
    super(
      `The picture has ${sizeBytes} bytes; a request takes up to ${DIRECT_UPLOAD_LIMIT_BYTES}. ` +
        'Ask for a presigned upload with POST /v1/uploads instead.',
    );
  }
}

class UnsupportedBodyError extends DomainError {
  readonly code = 'unsupported_body';
  readonly kind = 'unsupported';

  constructor(contentType: string) {
    super(
      `A body of type "${contentType}" is not taken. Send the picture with Content-Type: image/…, ` +
        'or a multipart form with a file field "image".',
    );
  }
}

class MissingFormFieldError extends DomainError {
  readonly code = 'missing_form_field';
  readonly kind = 'malformed';

  constructor() {
    super('The form has no file field "image".');
  }
}

/**
 * The picture a request brings, as its body or in a form.
 * @throws PictureTooLargeError, UnsupportedBodyError, MissingFormFieldError, UnusablePictureError (empty)
 */
export async function readPicture(context: HttpContext): Promise<ReceivedPicture> {
  const contentType = context.req.header('content-type') ?? '';
  const picture = contentType.startsWith('multipart/form-data')
    ? await readForm(context)
    : await readBody(context, contentType);
  if (picture.bytes.byteLength > DIRECT_UPLOAD_LIMIT_BYTES) {
    throw new PictureTooLargeError(picture.bytes.byteLength);
  }
  if (picture.bytes.byteLength === 0) {
    throw new UnusablePictureError('empty_picture', 'The picture has no bytes. Send it as the request body.');
  }
  return picture;
}

async function readBody(context: HttpContext, contentType: string): Promise<ReceivedPicture> {
  if (!/^(image\/|application\/octet-stream)/.test(contentType)) throw new UnsupportedBodyError(contentType);
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  return { bytes, filename: readableName(context.req.header('x-filename')) };
}

async function readForm(context: HttpContext): Promise<ReceivedPicture> {
  const form = await context.req.parseBody().catch(() => undefined);
  const file = form?.image;
  if (!(file instanceof File)) throw new MissingFormFieldError();
  return { bytes: new Uint8Array(await file.arrayBuffer()), filename: readableName(file.name) };
}

/** Header values are ASCII, so names arrive percent-encoded where they need to be. */
function readableName(name: string | undefined): string {
  if (name === undefined || name === '') return 'picture';
  try {
    return decodeURIComponent(name).slice(0, 255);
  } catch {
    return name.slice(0, 255);
  }
}
