import { Segmentry } from 'segmentry-client';

const { API_URL, API_KEY } = process.env;
const segmentry = new Segmentry({ url: API_URL, apiKey: API_KEY });

const { results } = await segmentry.analyze(process.argv[2]);
for (const { class: name, confidence, area } of results[0].detections) {
  console.log(`${name}  ${Math.round(confidence * 100)} %  ${area.pixels} px`);
}
