import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { listFunctionProcesses } from '../helpers/function-processes.ts';
import { makeImage } from '../helpers/make-image.ts';
import { needs } from '../helpers/needs.ts';
import { pollUntil } from '../helpers/pipeline.ts';
import { signedInClient } from '../helpers/signed-in.ts';

const { emulator, runPath, models } = inject('deployment');

describe('functions as processes of one machine', () => {
  needs(emulator === 'ministack', 'functions that are processes of their own are');

  beforeAll(async () => {
    const call = await signedInClient();
    const { body } = await call(`POST /v1/images?models=${models[0]}&wait=20`, {
      bytes: await makeImage(1),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(body.jobs[0].status).toBe('succeeded');
  });

  it('lie on the disk once, however many processes run them', () => {
    const all = listFunctionProcesses(runPath, 'Function');
    expect(all.length).toBeGreaterThan(2);
    for (const { folder } of all) expect(readdirSync(folder)).not.toContain('node_modules');
    expect(readdirSync(join(runPath, 'functions')).length).toBeGreaterThan(2);
  });

  describe('on Linux, where threads have a priority', () => {
    needs(process.platform === 'linux', 'priorities of threads are');

    it('answer requests before they work off queues and streams', async () => {
      const prioritiesOf = (construct: string) =>
        listFunctionProcesses(runPath, construct).map(({ pid }) => getPriority(pid));
      const answering = prioritiesOf('UploadImage');
      expect(answering).not.toEqual([]);
      for (const construct of ['AnalyzeImage', 'AnnounceChanges']) {
        // One that is only being started has no priority of its own yet.
        const behind = await pollUntil(
          () => Promise.resolve(prioritiesOf(construct)),
          (all) => all.length > 0 && Math.min(...all) > Math.max(...answering),
        );
        expect(Math.min(...behind)).toBeGreaterThan(Math.max(...answering));
      }
    });
  });
});
