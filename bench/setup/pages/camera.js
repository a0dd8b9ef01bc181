// Camera and microphone with the very wishes that our element has by default, so that all send the same.

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

export const openCamera = () => navigator.mediaDevices.getUserMedia(CONSTRAINTS);
