import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { type Result, Segmentry, SegmentryError } from '../../client/index.ts';
import { resolvePath } from '../resolve-path.ts';
import { printDone } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';

const SAMPLE = fileURLToPath(new URL('../../models/samples/table-1.jpg', import.meta.url));

interface Options {
  readonly url: string;
  readonly model: string;
  readonly photo: string;
  readonly json?: boolean;
}

/** `segmentry smoke`: a real image through a deployed pipeline, by both ways in. */
export function addSmokeCommand(program: Command): void {
  program
    .command('smoke')
    .description(
      'Sends an image through a deployed pipeline, in a request and by a presigned form, looks at what comes back, ' +
        'and deletes it again. The API key is read from SEGMENTRY_API_KEY.',
    )
    .requiredOption('--url <url>', 'the address of the API; /v1/… follows it')
    .option('--model <id>', 'a model of the deployment', 'segmentry-food')
    .addOption(
      new Option('--photo <path>', 'an image on which the model finds something').default(
        SAMPLE,
        'models/samples/table-1.jpg',
      ),
    )
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const say = options.json === true ? () => {} : (line: string) => console.log(line);
      const step = createStep(say);
      const apiKey = process.env.SEGMENTRY_API_KEY;
      if (!apiKey) throw new UsageError('Set SEGMENTRY_API_KEY to an API key that may read and write.');
      const segmentry = new Segmentry({ url: options.url, apiKey });
      await step('answers', () => checkHealth(options.url));
      await step('knows who asks', () => segmentry.api.getMe({}));
      const sending = { models: [options.model], filename: basename(options.photo) };
      await step('analyses an image of a request', async () => {
        const { image, results } = await segmentry.analyze(readAnew(options.photo), sending);
        await forget(segmentry, image === undefined ? [] : [image.id]);
        return describeFound(results[0] as Result, options);
      });
      await step('takes an image by a presigned form', async () => {
        const { images } = await segmentry.upload(readAnew(options.photo), sending);
        await forget(segmentry, images);
        if (images.length !== 1) throw new Error('the form took something else than one image.');
      });
      printDone('The deployment works.', { url: options.url, works: true }, options.json);
    });
}

/**
 * The photo with an end that it never had, to which decoders pay no heed: what is known already would be answered without
 * being stored or analysed.
 */
const readAnew = (photo: string): Blob => new Blob([readFileSync(resolvePath(photo)), randomUUID()]);

/** No other image is these bytes, so nobody else's goes. */
async function forget({ api }: Segmentry, images: readonly string[]): Promise<void> {
  for (const id of images) await api.deleteImage({ id });
}

async function checkHealth(url: string): Promise<void> {
  const { status } = await fetch(`${url.replace(/\/$/, '')}/v1/health`).catch((cause: unknown) => {
    throw new Error(`${url} is not reached`, {
      cause: cause instanceof Error ? (cause.cause ?? cause) : cause,
    });
  });
  if (status !== 200) throw new Error(`GET /v1/health answered ${status}: is ${url} the API's address?`);
}

/** @throws where nothing was found: the model is another, or not what it was. */
function describeFound({ detections }: Result, { model, photo }: Options): string {
  if (detections.length === 0) throw new Error(`${model} found nothing on ${photo}.`);
  return `${detections.length} objects: ${detections.map(({ class: name }) => name).join(', ')}`;
}

/** @throws UsageError with the step that failed, and why. */
const createStep = (say: (line: string) => void) => async (what: string, work: () => Promise<unknown>) => {
  const started = performance.now();
  try {
    const found = await work();
    say(`✓ ${what} (${Math.round(performance.now() - started)} ms)`);
    if (typeof found === 'string') say(`  ${found}`);
  } catch (error) {
    const code = error instanceof SegmentryError ? ` (${error.code})` : '';
    throw new UsageError(`✗ ${what}: ${reasonOf(error)}${code}`, { cause: error });
  }
};

/** What cannot be reached says why only in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message;
}
