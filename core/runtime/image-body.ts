/** Whether a body of this type is an image as it is, and not a form that has one. */
export const isImageBody = (contentType: string | undefined): boolean =>
  /^(image\/|application\/octet-stream)/i.test(contentType ?? '');
