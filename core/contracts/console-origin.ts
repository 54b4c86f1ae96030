/** What CloudFront adds to what it passes on from the console's address: the secret that it and the API share. */
export const ORIGIN_SECRET_HEADER = 'segmentry-origin-secret';

/** Who has asked CloudFront. It is worth nothing without the secret: anybody may send it. */
export const VIEWER_ADDRESS_HEADER = 'segmentry-viewer-address';
