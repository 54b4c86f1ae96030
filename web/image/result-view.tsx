import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Detection, Result } from '../../client/index.ts';
import { formatPercent } from '../app/format.ts';
import { Dialog } from '../components/dialog.tsx';
import { formatArea, squareCm } from './areas.ts';
import type { Overlay } from './draw.ts';
import { type CanvasCommand, ImageCanvas, type Line } from './image-canvas.tsx';
import type { Picture } from './picture-levels.ts';
import { ReferenceDialog } from './reference-dialog.tsx';
import { ScaleDialog } from './scale-dialog.tsx';
import { buildScene, type SceneObject } from './scene.ts';
import { type Neighbours, Toolbar } from './toolbar.tsx';
import type { ResultState } from './use-result-state.ts';

interface ResultViewProps {
  readonly picture: Picture;
  readonly name: string;
  readonly state: ResultState;
  readonly second: Result | undefined;
  readonly canCompare: boolean;
  /** To the next and the previous picture, where there is one. */
  readonly neighbours: Neighbours;
  onCompare(): void;
}

const KEYS: Readonly<Record<string, CanvasCommand>> = {
  '0': 'fit',
  '1': 'actual',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** The picture, its tools above it. */
export function ResultView(props: ResultViewProps) {
  const { picture, name, state, second, canCompare, neighbours, onCompare } = props;
  const [command, setCommand] = useState<{ name: CanvasCommand; nth: number }>({ name: 'none', nth: 0 });
  const [isMeasuring, setMeasuring] = useState(false);
  const [line, setLine] = useState<Line>();
  const [reference, setReference] = useState<Detection>();
  const isPanning = useHeldSpace();
  const [divider, setDivider] = useState(0.5);
  const [showsKeys, setShowsKeys] = useState(false);
  const run = (command: CanvasCommand) => setCommand((before) => ({ name: command, nth: before.nth + 1 }));
  useKeys({
    ...Object.fromEntries(Object.entries(KEYS).map(([key, name]) => [key, () => run(name)])),
    r: () => setMeasuring((before) => !before),
    c: () => canCompare && onCompare(),
    n: () => neighbours.onNext?.(),
    p: () => neighbours.onPrevious?.(),
    '?': () => setShowsKeys(true),
    Escape: () => {
      setMeasuring(false);
      state.select(undefined);
    },
  });
  const { pixelsPerCm, unit } = state;
  const labelOf = useCallback(
    (object: SceneObject) => describeObject(object, { pixelsPerCm, unit }),
    [pixelsPerCm, unit],
  );
  const overlay: Overlay = {
    objects: state.shown,
    layers: state.layers,
    hovered: state.hovered,
    selected: state.selected,
    labelOf,
  };
  const setScale = (pixelsPerCm: number) => {
    state.setScale(pixelsPerCm);
    setLine(undefined);
    setReference(undefined);
    setMeasuring(false);
  };
  const compared = useCompared(second, overlay, state.confidence);
  return (
    <>
      <Toolbar
        state={state}
        isMeasuring={isMeasuring}
        isComparing={compared !== undefined}
        canCompare={canCompare}
        divider={divider}
        neighbours={neighbours}
        onCommand={run}
        onMeasure={() => setMeasuring(!isMeasuring)}
        onCompare={onCompare}
        onDivide={setDivider}
        onKeys={() => setShowsKeys(true)}
      />
      {isMeasuring && (
        <p class="hint" role="status">
          Draw a line along something whose length you know, or press an object whose size you know.
        </p>
      )}
      <ImageCanvas
        picture={picture}
        name={name}
        overlay={overlay}
        compared={compared}
        divider={divider}
        isMeasuring={isMeasuring}
        isPanning={isPanning}
        command={command}
        onHover={state.hover}
        onSelect={state.select}
        onDivide={setDivider}
        onMeasure={setLine}
        onReference={(index) => setReference(state.objects[index]?.detection)}
      />
      {line !== undefined && (
        <ScaleDialog line={line} onClose={() => setLine(undefined)} onScale={setScale} />
      )}
      {reference !== undefined && (
        <ReferenceDialog detection={reference} onClose={() => setReference(undefined)} onScale={setScale} />
      )}
      {showsKeys && <KeysDialog onClose={() => setShowsKeys(false)} />}
    </>
  );
}

/** The second result is drawn like the first, but nothing of it is pointed at. */
function useCompared(second: Result | undefined, overlay: Overlay, confidence: number): Overlay | undefined {
  const scene = useMemo(() => (second === undefined ? undefined : buildScene(second)), [second]);
  const objects = useMemo(
    () => scene?.filter(({ detection }) => detection.confidence >= confidence),
    [scene, confidence],
  );
  if (objects === undefined) return undefined;
  return { ...overlay, objects, hovered: undefined, selected: undefined };
}

/** Whether somebody types or chooses, so that a key is meant for that. */
const isForControl = ({ target }: KeyboardEvent) =>
  target instanceof HTMLElement &&
  target.closest('input, select, textarea, dialog, button, a, summary') !== null;

function useHeldSpace(): boolean {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    const hold = (event: KeyboardEvent) => {
      if (event.key !== ' ' || isForControl(event)) return;
      event.preventDefault();
      setHeld(true);
    };
    // Browsers press a control when Space is let go: that is left to them.
    const letGo = ({ key }: KeyboardEvent) => key === ' ' && setHeld(false);
    // Who lets go of it in another window tells only that one.
    const leave = () => setHeld(false);
    addEventListener('keydown', hold);
    addEventListener('keyup', letGo);
    addEventListener('blur', leave);
    return () => {
      removeEventListener('keydown', hold);
      removeEventListener('keyup', letGo);
      removeEventListener('blur', leave);
    };
  }, []);
  return isHeld;
}

/** Keys that do something on this page, but not while somebody types. */
function useKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest('input, select, textarea, dialog') !== null;
      const action = actions[event.key];
      if (isTyping || action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}

function describeObject(
  { detection }: SceneObject,
  { pixelsPerCm, unit }: Pick<ResultState, 'pixelsPerCm' | 'unit'>,
): string {
  const known = `${detection.class} ${formatPercent(detection.confidence)}`;
  return unit === 'cm²' && squareCm(detection, pixelsPerCm) !== null
    ? `${known} · ${formatArea(detection, unit, pixelsPerCm)}`
    : known;
}

const SHORTCUTS = [
  ['Arrows', 'move the picture'],
  ['+ and -', 'zoom'],
  ['0', 'fit the picture in'],
  ['1', 'one pixel a pixel'],
  ['Space', 'while it is held, a press moves the picture'],
  ['n and p', 'next and previous picture'],
  ['r', 'ruler'],
  ['c', 'compare'],
  ['/', 'search'],
  ['Escape', 'let go of what is selected'],
] as const;

function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {SHORTCUTS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
