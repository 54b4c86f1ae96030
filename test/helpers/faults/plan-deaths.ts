import type { AwsCall } from './aws-call.ts';

/** Where a worker dies: with a call that is not made any more, or with the answer of one that is. */
export const KILLS = ['killed before', 'killed after'] as const;
export type Kill = (typeof KILLS)[number];

/** Calls of a function between two of its deaths. */
const CALLS_BETWEEN_DEATHS = 5;
/** Those of the stream's reader: it reads many changes anew after each death, and gives them up after a few. */
const CALLS_OF_READER = 60;

/**
 * What the messages of a function are about, by the form of its id, and how often the function dies over one: a message
 * that met one death after another would end among the dead letters.
 */
const SUBJECTS: Readonly<Record<string, { readonly form: RegExp; readonly deaths: number }>> = {
  AnalyzeImage: { form: /^job_/, deaths: 2 },
  AnalyzeVideo: { form: /^job_/, deaths: 2 },
  IngestUpload: { form: /^upl_/, deaths: 2 },
  ProcessBatch: { form: /^bat_/, deaths: 2 },
  PlanDeliveries: { form: /^evt_/, deaths: 2 },
  DeliverWebhook: { form: /^evt_/, deaths: 2 },
  PurgeMedia: { form: /^[0-9a-f]{8}-/, deaths: 2 },
  // Its queue delivers ten times.
  EraseUser: { form: /^usr_/, deaths: 5 },
};

/**
 * Chooses the calls over which workers die: once before and once after each kind of call, those kinds first over which
 * nobody has died yet.
 */
export function planDeaths(isDeadly: (name: string) => boolean) {
  const deaths = new Map<string, number>();
  const deathsOver = new Map<string, number>();
  const callsSince = new Map<string, number>();

  function subjectOf(name: string, { ids }: AwsCall) {
    const construct = constructOf(name);
    const { form, deaths: limit = Number.POSITIVE_INFINITY } = SUBJECTS[construct] ?? {};
    const id = form && ids.find((each) => form.test(each));
    return { key: `${construct} ${id}`, limit: id === undefined ? Number.POSITIVE_INFINITY : limit };
  }

  return {
    /** Deaths over each kind of call so far. */
    deaths,

    /** @returns how the worker is to die over this call, if it is to. */
    next(name: string, call: AwsCall): Kill | undefined {
      const construct = constructOf(name);
      const calls = (callsSince.get(construct) ?? CALLS_OF_READER) + 1;
      callsSince.set(construct, calls);
      const past = deaths.get(name) ?? 0;
      const pause = construct === 'AnnounceChanges' ? CALLS_OF_READER : CALLS_BETWEEN_DEATHS;
      // Kinds over which somebody has died wait longer, so that the others come first.
      if (past === KILLS.length || calls < pause * (past + 1) || !isDeadly(name)) return undefined;
      const { key, limit } = subjectOf(name, call);
      return (deathsOver.get(key) ?? 0) < limit ? KILLS[past] : undefined;
    },

    /** Told of each death that has happened. */
    died(name: string, call: AwsCall): void {
      callsSince.set(constructOf(name), 0);
      deaths.set(name, (deaths.get(name) ?? 0) + 1);
      const { key } = subjectOf(name, call);
      deathsOver.set(key, (deathsOver.get(key) ?? 0) + 1);
    },
  };
}

const constructOf = (name: string) => name.split(' ')[0] ?? '';
