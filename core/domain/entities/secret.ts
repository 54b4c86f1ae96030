import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, as text that needs no escaping anywhere. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** What is stored of a secret: secrets have enough bits that a plain hash can't be searched. */
export const hashSecret = (secret: string) => createHash('sha256').update(secret).digest('hex');
