import { createHash, randomUUID } from 'node:crypto';
import { type HeardRequest, problem, type ScriptedAnswer, serveLoopback } from './loopback-api.ts';

const SUMMARY = [{ class: 'lemon', count: 1, pixels: 64, share: 0.25, cm2: null }];
const DETECTION = {
  class: 'lemon',
  classId: 3,
  confidence: 0.9,
  box: { x1: 0, y1: 0, x2: 8, y2: 8 },
  mask: null,
  polygons: [
    [
      [0, 0],
      [8, 0],
      [8, 8],
      [0, 8],
    ],
  ],
  area: { pixels: 64, share: 0.25, cm2: null },
};
/** Of an analysis whose request names none. */
export const OPTIONS = {
  confidence: 0.25,
  iou: 0.7,
  maxDetections: 300,
  classAgnosticNms: false,
  mask: 'rle',
  polygonTolerance: 1,
};

export interface LoopbackServiceOptions {
  readonly models?: readonly string[];
  /** Answers instead, where it answers anything. */
  readonly before?: (
    request: HeardRequest,
  ) => ScriptedAnswer | Promise<ScriptedAnswer | undefined> | undefined;
}

/** As much of the service as analysing photographs asks of it, on loopback, with an account of what was stored. */
export async function serveLoopbackService({
  models = ['segmentry-food'],
  before,
}: LoopbackServiceOptions = {}) {
  const jobs = new Map<string, object>();
  const answers = new Map<string, ScriptedAnswer>();
  const stored: string[] = [];

  const store = (request: HeardRequest): ScriptedAnswer => {
    const key = String(request.headers['idempotency-key']);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const filename = decodeURIComponent(String(request.headers['x-filename']));
    const sha256 = createHash('sha256').update(request.body).digest('hex');
    stored.push(filename);
    const id = randomUUID();
    const made = (request.query.get('models') ?? '').split(',').map((model) => {
      const job = jobOf(`job_${jobs.size}`, { image: id, model });
      jobs.set(job.id, { ...job, sha256 });
      return job;
    });
    const answer = { status: 202, json: { image: { id, sha256, filename, jobs: made }, jobs: made } };
    answers.set(key, answer);
    return answer;
  };

  const service = await serveLoopback(async (request) => {
    const special = await before?.(request);
    if (special !== undefined) return special;
    const { method, path, query } = request;
    if (path === '/v1/health') return { json: { status: 'ok' } };
    if (path === '/v1/users/me') return { json: { id: 'usr_1', email: 'me@example.org', role: 'user' } };
    // As the service does: that list is always whole and takes no page.
    if (path === '/v1/models')
      return query.size > 0
        ? problem(400, 'invalid_request')
        : { json: { items: models.map(modelOf), next: null } };
    return method === 'POST' && path === '/v1/images' ? store(request) : answerOfJob(path);
  });

  function answerOfJob(path: string): ScriptedAnswer {
    const [, id = '', part] = /^\/v1\/jobs\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const job = jobs.get(id) as (ReturnType<typeof jobOf> & { sha256: string }) | undefined;
    if (job === undefined) return problem(404, 'not_found');
    if (part === 'result') return { json: resultOf(job) };
    if (part === 'overlay.png') return { headers: { 'content-type': 'image/png' }, json: 'PNG' };
    return { json: job };
  }
  return { ...service, stored };
}

const jobOf = (id: string, { image, model }: { image: string; model: string }) => ({
  id,
  image,
  model: `${model}@1`,
  options: OPTIONS,
  status: 'succeeded',
  progress: 1,
  attempts: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  links: { self: `/v1/jobs/${id}`, result: `/v1/jobs/${id}/result`, overlay: `/v1/jobs/${id}/overlay.png` },
});

const resultOf = ({ image, sha256 }: { image: string; sha256: string }) => ({
  image: { id: image, sha256, width: 16, height: 16 },
  model: { id: 'segmentry-food', version: '1', sha256: 'a'.repeat(64) },
  options: OPTIONS,
  detections: [DETECTION],
  summary: SUMMARY,
  timing: { decodeMs: 1, inferMs: 1, postMs: 1 },
});

const modelOf = (id: string) => ({
  id,
  versions: [
    { version: '1', task: 'segment', classes: ['lemon'], licence: 'Apache-2.0', status: 'available' },
  ],
});
