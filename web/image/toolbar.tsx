import { Icon, type IconName } from '../components/icon.tsx';
import type { Layers } from './draw.ts';
import type { CanvasCommand } from './image-canvas.tsx';
import type { ResultState } from './use-result-state.ts';

/** What leads to the pictures before and after this one, in the order of the list. */
export interface Neighbours {
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
}

interface ToolbarProps {
  readonly state: ResultState;
  readonly isMeasuring: boolean;
  readonly isComparing: boolean;
  readonly canCompare: boolean;
  readonly divider: number;
  readonly neighbours: Neighbours;
  onCommand(command: CanvasCommand): void;
  onMeasure(): void;
  onCompare(): void;
  onDivide(share: number): void;
  onKeys(): void;
}

const LAYERS: readonly { layer: keyof Layers; name: string }[] = [
  { layer: 'outline', name: 'Outlines' },
  { layer: 'mask', name: 'Masks' },
  { layer: 'box', name: 'Boxes' },
  { layer: 'label', name: 'Labels' },
];

export function Toolbar(props: ToolbarProps) {
  const { state, isMeasuring, isComparing, canCompare, divider, neighbours } = props;
  return (
    <div class="toolbar" role="toolbar" aria-label="Tools">
      <div class="tool-group">
        <Tool icon="minus" name="Zoom out" onClick={() => props.onCommand('out')} />
        <Tool icon="plus" name="Zoom in" onClick={() => props.onCommand('in')} />
        <Tool icon="fit" name="Fit in" onClick={() => props.onCommand('fit')} />
        <button
          type="button"
          class="tool text-tool"
          title="One pixel a pixel"
          onClick={() => props.onCommand('actual')}
        >
          100 %
        </button>
      </div>
      <div class="tool-group">
        {LAYERS.map(({ layer, name }) => (
          <Tool
            key={layer}
            icon={layer}
            name={name}
            isOn={state.layers[layer]}
            onClick={() => state.toggleLayer(layer)}
          />
        ))}
      </div>
      <div class="tool-group">
        <Tool icon="ruler" name="Set the scale" isOn={isMeasuring} onClick={props.onMeasure} />
        {canCompare && <Tool icon="compare" name="Compare" isOn={isComparing} onClick={props.onCompare} />}
        {isComparing && (
          <input
            type="range"
            min={0.02}
            max={0.98}
            step={0.01}
            value={divider}
            aria-label="Divider"
            onInput={({ currentTarget }) => props.onDivide(currentTarget.valueAsNumber)}
          />
        )}
        <Tool icon="keyboard" name="Keys" onClick={props.onKeys} />
      </div>
      {(neighbours.onPrevious ?? neighbours.onNext) !== undefined && (
        <div class="tool-group neighbours">
          <Tool icon="left" name="Previous" onClick={neighbours.onPrevious} />
          <Tool icon="right" name="Next" onClick={neighbours.onNext} />
        </div>
      )}
    </div>
  );
}

function Tool({
  icon,
  name,
  isOn,
  onClick,
}: {
  icon: IconName;
  name: string;
  isOn?: boolean;
  onClick: (() => void) | undefined;
}) {
  return (
    <button
      type="button"
      class="tool"
      title={name}
      aria-label={name}
      aria-pressed={isOn}
      disabled={onClick === undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
