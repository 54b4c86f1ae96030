/**
 * What the console's pages may do: nothing from elsewhere, nothing inline. Pictures, videos and uploads lie in the bucket,
 * which is the only other origin.
 */
export const consolePolicy = (bucketOrigins: readonly string[]): string =>
  [
    "default-src 'self'",
    `connect-src ${["'self'", ...bucketOrigins].join(' ')}`,
    "img-src 'self' blob:",
    `media-src ${["'self'", ...bucketOrigins].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
