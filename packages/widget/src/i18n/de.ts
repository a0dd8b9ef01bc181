import type { Message, Words } from './en.js';
import { registerWords } from './registry.js';

const OWNER = 'Wer diese Seite betreibt, kann helfen.';

const PREPARING: Message = { title: 'Der Anruf wird vorbereitet …', todo: '' };
const UNSUPPORTED: Message = {
  title: 'Dieser Browser kann keine Videoanrufe',
  todo: 'Öffnen Sie diese Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.',
};
const BROKEN: Message = {
  title: 'Etwas ist schiefgegangen',
  todo: 'Versuchen Sie es erneut oder laden Sie diese Seite neu.',
};

/** Errors that end a call. */
const FINAL = {
  removed: {
    title: 'Sie wurden aus dem Anruf entfernt',
    todo: OWNER,
  },
  replaced: {
    title: 'Der Anruf läuft in einem anderen Fenster oder Gerät',
    todo: 'Treten Sie wieder bei, um ihn hier zu führen.',
  },
  'room-closed': {
    title: 'Der Anruf wurde für alle beendet',
    todo: 'Bitten Sie um eine neue Einladung.',
  },
  incompatible: {
    title: 'Die beiden Browser verstehen sich nicht',
    todo: 'Aktualisieren Sie beide Browser oder nehmen Sie einen anderen und treten Sie wieder bei.',
  },
};

/** German. Importing this module makes it known. */
export const de: Words = {
  lang: 'de',
  dir: 'ltr',
  phases: {
    idle: PREPARING,
    preparing: PREPARING,
    lobby: { title: 'Bereit?', todo: 'Vor dem Beitreten sieht und hört Sie niemand.' },
    joining: {
      title: 'Beitreten …',
      todo: '',
    },
    waiting: {
      title: 'Warten auf die andere Person',
      todo: 'Es geht los, sobald sie beitritt.',
    },
    connecting: { title: 'Verbinden …', todo: '' },
    connected: { title: 'Verbunden', todo: '' },
    unstable: {
      title: 'Die Verbindung ist unterbrochen',
      todo: 'Vielleicht kommt sie gleich von selbst zurück.',
    },
    recovering: {
      title: 'Neu verbinden …',
      todo: 'Die Verbindung wurde unterbrochen. Bitte bleiben Sie auf dieser Seite.',
    },
    ended: { title: 'Anruf beendet', todo: '' },
  },
  losses: {
    self: {
      title: 'Ihre Verbindung ist unterbrochen',
      todo: 'Kein Internet? Prüfen Sie Ihr Netz oder gehen Sie näher an das WLAN. Der Anruf geht von selbst weiter.',
    },
    peer: {
      title: '{name} hat die Verbindung verloren',
      todo: 'Der Anruf geht weiter, sobald sie wieder da ist.',
    },
    gone: {
      title: 'Die andere Person hat die Verbindung verloren',
      todo: 'Der Anruf beginnt wieder, sobald sie zurück ist.',
    },
    picture: {
      title: 'Das Bild kam nicht zustande',
      todo: 'Der Anruf geht mit Ton weiter.',
    },
  },
  ends: {
    ...FINAL,
    left: {
      title: 'Sie haben den Anruf verlassen',
      todo: 'Sie können jederzeit wieder beitreten.',
    },
    'peer-left': {
      title: 'Die andere Person ist gegangen',
      todo: 'Treten Sie wieder bei, um auf sie zu warten.',
    },
    'token-rejected': {
      title: 'Ihr Zugang zu diesem Anruf gilt nicht',
      todo: 'Laden Sie diese Seite neu, um einen neuen zu bekommen.',
    },
    'connection-lost': {
      title: 'Verbindung verloren',
      todo: 'Prüfen Sie Ihre Internetverbindung und treten Sie wieder bei.',
    },
    unsupported: UNSUPPORTED,
    error: BROKEN,
  },
  errors: {
    ...FINAL,
    'unsupported-browser': UNSUPPORTED,
    'config-invalid': {
      title: 'Dieser Anruf ist noch nicht eingerichtet',
      todo: OWNER,
      owner: 'Prüfen Sie die Attribute von <p2p-call>.',
    },
    'insecure-context': {
      title: 'Anrufe brauchen eine sichere Seite',
      todo: 'Versuchen Sie es mit https:// am Anfang ihrer Adresse.',
      owner: 'Liefern Sie diese Seite über https aus.',
    },
    'policy-blocked': {
      title: 'Diese Seite sperrt Kamera und Mikrofon',
      todo: `Sie können ohne beides beitreten. ${OWNER}`,
      owner:
        'Ergänzen Sie allow="camera; microphone" am iframe oder ändern Sie die Kopfzeile Permissions-Policy.',
    },
    'media-denied': {
      title: 'Kamera oder Mikrofon ist gesperrt',
      todo: 'Erlauben Sie den Zugriff über das Symbol neben der Adresse dieser Seite und versuchen Sie es erneut.',
    },
    'media-not-found': {
      title: 'Keine Kamera oder kein Mikrofon gefunden',
      todo: 'Schließen Sie ein Gerät an und versuchen Sie es erneut.',
    },
    'media-in-use': {
      title: 'Kamera oder Mikrofon ist belegt',
      todo: 'Schließen Sie das Programm, das es nutzt, und versuchen Sie es erneut.',
    },
    'media-failed': {
      title: 'Kamera oder Mikrofon startet nicht',
      todo: 'Schließen Sie das Gerät neu an und versuchen Sie es erneut.',
    },
    'signaling-unreachable': {
      title: 'Der Anrufdienst ist nicht erreichbar',
      todo: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut.',
    },
    'signaling-rejected': {
      title: 'Der Anrufdienst hat diese Seite abgewiesen',
      todo: OWNER,
      owner: 'Nehmen Sie den Ursprung dieser Seite in die Liste der erlaubten auf.',
    },
    'signaling-protocol': {
      title: 'Der Anrufdienst passt nicht zu dieser Seite',
      todo: 'Versuchen Sie es erneut oder laden Sie diese Seite neu.',
      owner: 'Nutzen Sie dieselbe Version von <p2p-call> und Dienst.',
    },
    'token-invalid': {
      title: 'Ihr Zugang zu diesem Anruf gilt nicht',
      todo: `Laden Sie diese Seite neu, um einen neuen zu bekommen. ${OWNER}`,
      owner: 'Prüfen Sie Schlüssel, Raum und Empfänger (aud) des Tokens.',
    },
    'token-expired': {
      title: 'Ihr Zugang zu diesem Anruf ist abgelaufen',
      todo: 'Versuchen Sie es erneut oder laden Sie diese Seite neu.',
    },
    'room-full': {
      title: 'Dieser Anruf ist voll',
      todo: 'Versuchen Sie es erneut, wenn eine der beiden Personen gegangen ist.',
    },
    'ice-failed': {
      title: 'Keine Verbindung zur anderen Person',
      todo: 'Versuchen Sie ein anderes Netz oder schalten Sie ein VPN aus und treten Sie wieder bei.',
    },
    'turn-unreachable': {
      title: 'Die Vermittlung ist nicht erreichbar',
      todo: `Versuchen Sie ein anderes Netz. ${OWNER}`,
      owner: 'Prüfen Sie Adressen, Ports und Zugangsdaten des TURN-Servers.',
    },
    'negotiation-failed': {
      title: 'Der Anruf kam nicht zustande',
      todo: 'Treten Sie wieder bei oder laden Sie diese Seite neu.',
    },
    'peer-timeout': {
      title: 'Die andere Person antwortet nicht',
      todo: 'Warten Sie einen Moment und treten Sie dann wieder bei.',
    },
    internal: BROKEN,
  },
  ui: {
    call: 'Videoanruf',
    preview: 'Vor dem Anruf',
    controls: 'Anrufsteuerung',
    you: 'Ich',
    guest: 'Gast',
    join: 'Beitreten',
    joinAgain: 'Wieder beitreten',
    joinWithout: 'Ohne Kamera und Mikrofon beitreten',
    joinWithoutMicrophone: 'Ohne Mikrofon beitreten',
    retry: 'Erneut versuchen',
    openDevices: 'Kamera und Mikrofon einschalten',
    opening: 'Wenn der Browser fragt, wählen Sie „Zulassen“.',
    microphoneOn: 'Mikrofon einschalten',
    microphoneOff: 'Mikrofon ausschalten',
    cameraOn: 'Kamera einschalten',
    cameraOff: 'Kamera ausschalten',
    leave: 'Anruf verlassen',
    tapToHear: 'Zum Hören tippen',
    muted: '{name} ist stumm',
    cameraIsOff: 'Die Kamera ist aus',
    microphoneReady: 'Das Mikrofon ist an',
    waitingInside: '{name} wartet',
    someoneInside: 'Jemand wartet',
    connectingTo: 'Verbinden mit {name} …',
    otherWay: 'Ein anderer Weg wird versucht …',
    lastWay: 'Ein letzter Weg wird versucht …',
    stillTrying:
      'Weitere Versuche, höchstens eine Minute lang. Prüfen Sie Ihr Netz oder gehen Sie näher an das WLAN. Oder legen Sie auf und treten Sie wieder bei.',
    peerAway: '{name} hat den Kontakt verloren. Der Anruf geht weiter.',
    signalingLost: 'Der Kontakt zum Dienst ist weg. Der Anruf geht weiter.',
    forOwner: 'Für die Betreiber der Seite:',
    microphone: 'Mikrofon',
    camera: 'Kamera',
    close: 'Schließen',
  },
};

registerWords('de', de);
