/** What each side is given. */
export const WEIGHTS = 'yolov8n-seg.onnx';
/** As many as the rates are of. */
export const CLIENTS = 4;
export const CLIENT_COUNTS = [1, 8, 32];
export const IMAGES_OF_LATENCIES = 24;
