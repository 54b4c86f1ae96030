import { existsSync, readFileSync } from 'node:fs';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { loadModel } from '../../core/adapters/onnx/load-model.ts';
import { createImageDecoder } from '../../core/adapters/sharp/decode-image.ts';
import { encodeLabelMap } from '../../core/adapters/sharp/encode-label-map.ts';
import { AnalysisOptions } from '../../core/contracts/analysis-options.ts';
import { inferImage } from '../../core/domain/analysis/infer-image.ts';

/**
 * A process as a function is: loads a model, then analyses images one after the other.
 * Writes its resident megabytes after each, and at last the most it ever held.
 */
const [modelPath, countText, ...photographs] = process.argv.slice(2);
const path = modelPath as string;
const manifest = await describeModel(readFileSync(path), { id: 'bench', version: '1' });
const model = await loadModel({ path }, manifest, { threads: 2 });
const ports = { decodeImage: createImageDecoder(), encodeLabelMap, model };
const options = AnalysisOptions.parse({});
const images = photographs.map((photograph) => readFileSync(photograph));
const residentMegabytes: number[] = [];
for (let index = 0; index < Number(countText); index++) {
  const bytes = images[index % images.length] as Buffer;
  await inferImage({ bytes, image: { id: 'bench', sha256: '' }, options }, ports);
  residentMegabytes.push(process.memoryUsage.rss() / 1e6);
}
console.log(JSON.stringify({ peakMegabytes: readPeakMegabytes(), residentMegabytes }));

/** Where Linux tells it, from there: `maxRSS` starts with what the parent held as it forked. */
function readPeakMegabytes(): number {
  const kibibytes = existsSync('/proc/self/status')
    ? Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
    : process.resourceUsage().maxRSS;
  return (kibibytes * 1024) / 1e6;
}
