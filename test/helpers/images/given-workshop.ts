import * as z from 'zod';
import { createDocker } from '../../../localstack/images/docker.ts';
import type { ImageWorkshop } from '../../../localstack/images/image-workshop.ts';

/** What `npm run test:images` has prepared, and named in the environment. @throws where it has not. */
export function readGivenWorkshop(): ImageWorkshop {
  const { SEGMENTRY_BUILD_ARGUMENTS: given, ...environment } = process.env;
  if (given === undefined)
    throw new Error('Images are built for `npm run test:images`, which starts Docker.');
  return {
    docker: createDocker(environment as Record<string, string>),
    buildArguments: z.record(z.string(), z.string()).parse(JSON.parse(given)),
  };
}
