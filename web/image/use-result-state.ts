import { useMemo, useState } from 'preact/hooks';
import type { Result } from '../../client/index.ts';
import { changeQuery, usePlace } from '../app/router.tsx';
import type { AreaUnit } from './areas.ts';
import type { Layers } from './draw.ts';
import { buildScene, type SceneObject } from './scene.ts';

/** All that is chosen on a result: what is shown, what is pointed at, and in which unit. */
export interface ResultState {
  readonly result: Result | undefined;
  readonly objects: readonly SceneObject[];
  /** Those of shown classes and sufficient confidence. */
  readonly shown: readonly SceneObject[];
  readonly confidence: number;
  readonly hidden: ReadonlySet<string>;
  readonly hovered: number | undefined;
  readonly selected: number | undefined;
  readonly layers: Layers;
  readonly unit: AreaUnit;
  readonly pixelsPerCm: number | undefined;
  setConfidence(value: number): void;
  toggleClass(name: string): void;
  hover(index: number | undefined): void;
  select(index: number | undefined): void;
  toggleLayer(name: keyof Layers): void;
  setUnit(unit: AreaUnit): void;
  setScale(pixelsPerCm: number | undefined): void;
}

const scaleKey = (imageId: string) => `segmentry-scale-${imageId}`;

export function useResultState(imageId: string, result: Result | undefined): ResultState {
  const { query } = usePlace();
  const objects = useMemo(() => (result === undefined ? [] : buildScene(result)), [result]);
  const [confidence, setConfidence] = useState(0);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hovered, hover] = useState<number>();
  const [layers, setLayers] = useState<Layers>({ outline: true, mask: true, box: false, label: true });
  const [chosenUnit, setUnit] = useState<AreaUnit>();
  const given = Number(query.get('scale') ?? localStorage.getItem(scaleKey(imageId)) ?? Number.NaN);
  const pixelsPerCm = given > 0 ? given : undefined;
  const chosen = query.get('selected');
  const selected = chosen === null ? undefined : Number(chosen);
  // Where areas are known in cm², that is what people want to see.
  const hasScale = pixelsPerCm !== undefined || result?.scale != null;
  const unit = chosenUnit ?? (hasScale ? 'cm²' : 'px');
  const shown = useMemo(
    () =>
      objects.filter(({ detection }) => detection.confidence >= confidence && !hidden.has(detection.class)),
    [objects, confidence, hidden],
  );
  return {
    result,
    objects,
    shown,
    confidence,
    hidden,
    hovered,
    selected,
    layers,
    unit,
    pixelsPerCm,
    setConfidence,
    hover,
    setUnit,
    toggleClass: (name) =>
      setHidden((before) => {
        const next = new Set(before);
        if (!next.delete(name)) next.add(name);
        return next;
      }),
    select: (index) => changeQuery({ selected: index === undefined ? undefined : String(index) }),
    toggleLayer: (name) => setLayers((before) => ({ ...before, [name]: !before[name] })),
    setScale: (value) => {
      if (value === undefined) localStorage.removeItem(scaleKey(imageId));
      else localStorage.setItem(scaleKey(imageId), String(value));
      changeQuery({ scale: value === undefined ? undefined : value.toPrecision(6) });
      setUnit(undefined);
    },
  };
}
