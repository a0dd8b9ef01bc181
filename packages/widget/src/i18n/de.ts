import type { Words } from './en.js';
import { registerWords } from './registry.js';

const OWNER = 'Wer diese Seite betreibt, kann helfen.';

/** German. Importing this module makes it known. */
export const de: Words = {
  lang: 'de',
  dir: 'ltr',
  phases: {
    idle: { title: 'Videoanruf', what: 'Der Anruf ist noch nicht bereit.', todo: 'Einen Moment, bitte.' },
    preparing: { title: 'Einen Moment …', what: 'Der Anruf wird vorbereitet.', todo: '' },
    lobby: { title: 'Bereit?', what: '', todo: 'Vor dem Beitreten sieht und hört Sie niemand.' },
    joining: {
      title: 'Beitreten …',
      what: '',
      todo: 'Wenn der Browser fragt, erlauben Sie Kamera und Mikrofon.',
    },
    waiting: {
      title: 'Warten auf die andere Person',
      what: 'Sie sind im Anruf.',
      todo: 'Es geht los, sobald sie beitritt.',
    },
    connecting: { title: 'Verbinden …', what: 'Eine direkte Verbindung wird aufgebaut.', todo: '' },
    connected: { title: 'Verbunden', what: 'Sie sind im Anruf.', todo: '' },
    unstable: {
      title: 'Instabile Verbindung',
      what: 'Bild oder Ton können stocken.',
      todo: 'Es kann helfen, die Kamera auszuschalten.',
    },
    recovering: {
      title: 'Neu verbinden …',
      what: 'Die Verbindung wurde unterbrochen.',
      todo: 'Das dauert einen Moment; bitte bleiben Sie auf dieser Seite.',
    },
    ended: { title: 'Anruf beendet', what: 'Der Anruf ist vorbei.', todo: '' },
  },
  ends: {
    left: {
      title: 'Sie haben den Anruf verlassen',
      what: '',
      todo: 'Sie können jederzeit wieder beitreten.',
    },
    'peer-left': {
      title: 'Die andere Person ist gegangen',
      what: 'Der Anruf ist vorbei.',
      todo: 'Treten Sie wieder bei, um auf sie zu warten.',
    },
    removed: {
      title: 'Sie wurden entfernt',
      what: 'Die Leitung hat Sie aus dem Anruf genommen.',
      todo: OWNER,
    },
    replaced: {
      title: 'Der Anruf ist umgezogen',
      what: 'Sie sind in einem anderen Fenster oder auf einem anderen Gerät beigetreten.',
      todo: 'Treten Sie wieder bei, um ihn hier zu führen.',
    },
    'room-closed': { title: 'Dieser Anruf wurde geschlossen', what: 'Er wurde für alle beendet.', todo: '' },
    'token-rejected': {
      title: 'Kein Einlass',
      what: 'Ihr Zugang zu diesem Anruf gilt nicht oder nicht mehr.',
      todo: 'Laden Sie diese Seite neu, um einen neuen zu bekommen.',
    },
    'connection-lost': {
      title: 'Verbindung verloren',
      what: 'Der Anruf ließ sich nicht zurückholen.',
      todo: 'Prüfen Sie Ihre Internetverbindung und treten Sie wieder bei.',
    },
    incompatible: {
      title: 'Die beiden Browser passen nicht zusammen',
      what: 'Sie haben keinen gemeinsamen Weg für Bild und Ton.',
      todo: 'Aktualisieren Sie Ihren Browser oder nehmen Sie einen anderen.',
    },
    unsupported: {
      title: 'Dieser Browser kann keine Videoanrufe',
      what: 'Eine nötige Funktion fehlt oder ist abgeschaltet.',
      todo: 'Öffnen Sie diese Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.',
    },
    error: {
      title: 'Der Anruf ist abgebrochen',
      what: 'Etwas Unerwartetes ist passiert.',
      todo: 'Treten Sie wieder bei. Wenn das nicht hilft, laden Sie diese Seite neu.',
    },
  },
  errors: {
    'config-invalid': {
      title: 'Dieser Anruf ist noch nicht eingerichtet',
      what: 'In den Einstellungen dieser Seite fehlt etwas.',
      todo: OWNER,
      owner: 'Prüfen Sie die Attribute von <p2p-call>.',
    },
    'unsupported-browser': {
      title: 'Dieser Browser kann keine Videoanrufe',
      what: 'Eine nötige Funktion fehlt oder ist abgeschaltet.',
      todo: 'Öffnen Sie diese Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.',
    },
    'insecure-context': {
      title: 'Diese Seite ist nicht sicher',
      what: 'Browser erlauben Anrufe nur auf Seiten, die mit https beginnen.',
      todo: 'Versuchen Sie die Adresse dieser Seite mit https:// davor.',
      owner: 'Liefern Sie diese Seite über https aus.',
    },
    'policy-blocked': {
      title: 'Diese Seite sperrt Kamera und Mikrofon',
      what: 'Eine Regel dieser Seite verbietet dem Anruf, sie zu nutzen.',
      todo: `Sie können ohne beides beitreten. ${OWNER}`,
      owner:
        'Ergänzen Sie allow="camera; microphone" am iframe oder ändern Sie die Kopfzeile Permissions-Policy.',
    },
    'media-denied': {
      title: 'Kamera oder Mikrofon ist gesperrt',
      what: 'Der Zugriff wurde nicht erlaubt.',
      todo: 'Erlauben Sie ihn über das Symbol neben der Adresse dieser Seite und versuchen Sie es erneut.',
    },
    'media-not-found': {
      title: 'Keine Kamera oder kein Mikrofon gefunden',
      what: 'Es ist nichts angeschlossen oder eingeschaltet.',
      todo: 'Schließen Sie ein Gerät an und versuchen Sie es erneut, oder treten Sie ohne bei.',
    },
    'media-in-use': {
      title: 'Kamera oder Mikrofon ist belegt',
      what: 'Ein anderes Programm scheint es zu nutzen.',
      todo: 'Schließen Sie dieses Programm und versuchen Sie es erneut.',
    },
    'media-failed': {
      title: 'Kamera oder Mikrofon startet nicht',
      what: 'Das Gerät liefert kein Bild oder keinen Ton.',
      todo: 'Ziehen Sie es ab, stecken Sie es wieder an und versuchen Sie es erneut.',
    },
    'signaling-unreachable': {
      title: 'Der Anrufdienst ist nicht erreichbar',
      what: 'Es gibt keine Verbindung zu ihm.',
      todo: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut.',
    },
    'signaling-rejected': {
      title: 'Der Anrufdienst hat diese Seite abgewiesen',
      what: 'Von hier sind keine Anrufe erlaubt.',
      todo: OWNER,
      owner: 'Nehmen Sie den Ursprung dieser Seite in die Liste der erlaubten auf.',
    },
    'signaling-protocol': {
      title: 'Der Anrufdienst wurde nicht verstanden',
      what: 'Diese Seite und der Dienst passen nicht zusammen.',
      todo: 'Laden Sie diese Seite neu.',
      owner: 'Nutzen Sie dieselbe Version von Element und Dienst.',
    },
    'token-invalid': {
      title: 'Kein Einlass',
      what: 'Ihr Zugang zu diesem Anruf gilt nicht.',
      todo: `Laden Sie diese Seite neu, um einen neuen zu bekommen. ${OWNER}`,
      owner: 'Prüfen Sie Schlüssel, Raum und Empfänger (aud) des Tokens.',
    },
    'token-expired': {
      title: 'Ihr Zugang ist abgelaufen',
      what: 'Er galt nur kurze Zeit.',
      todo: 'Versuchen Sie es erneut oder laden Sie diese Seite neu.',
    },
    'room-full': {
      title: 'Dieser Anruf ist voll',
      what: 'Es sind schon zwei Personen darin.',
      todo: 'Versuchen Sie es erneut, wenn eine gegangen ist.',
    },
    'room-closed': {
      title: 'Dieser Anruf wurde geschlossen',
      what: 'Er wurde für alle beendet.',
      todo: 'Bitten Sie um eine neue Einladung.',
    },
    replaced: {
      title: 'Der Anruf ist umgezogen',
      what: 'Sie sind in einem anderen Fenster oder auf einem anderen Gerät beigetreten.',
      todo: 'Treten Sie wieder bei, um ihn hier zu führen.',
    },
    removed: {
      title: 'Sie wurden entfernt',
      what: 'Die Leitung hat Sie aus dem Anruf genommen.',
      todo: OWNER,
    },
    'ice-failed': {
      title: 'Keine Verbindung zur anderen Person',
      what: 'Ihre beiden Netze fanden keinen Weg zueinander.',
      todo: 'Versuchen Sie ein anderes Netz, oder schalten Sie ein VPN aus, und treten Sie wieder bei.',
    },
    'turn-unreachable': {
      title: 'Die Vermittlung ist nicht erreichbar',
      what: 'Ihr Netz braucht einen Vermittler, und der antwortet nicht.',
      todo: `Versuchen Sie ein anderes Netz. ${OWNER}`,
      owner: 'Prüfen Sie Adressen, Ports und Zugangsdaten des TURN-Servers.',
    },
    'negotiation-failed': {
      title: 'Der Anruf kam nicht zustande',
      what: 'Die beiden Browser wurden sich nicht einig.',
      todo: 'Treten Sie wieder bei oder laden Sie diese Seite neu.',
    },
    incompatible: {
      title: 'Die beiden Browser passen nicht zusammen',
      what: 'Sie haben keinen gemeinsamen Weg für Bild und Ton.',
      todo: 'Aktualisieren Sie Ihren Browser oder nehmen Sie einen anderen.',
    },
    'peer-timeout': {
      title: 'Die andere Person antwortet nicht',
      what: 'Vielleicht ist ihre Verbindung weg.',
      todo: 'Warten Sie einen Moment und treten Sie dann wieder bei.',
    },
    internal: {
      title: 'Etwas ist schiefgegangen',
      what: 'Das ist ein Fehler des Anrufs selbst.',
      todo: 'Versuchen Sie es erneut oder laden Sie diese Seite neu.',
    },
  },
  ui: {
    call: 'Videoanruf',
    preview: 'Vor dem Anruf',
    controls: 'Anrufsteuerung',
    you: 'Ich',
    guest: 'Gast',
    join: 'Beitreten',
    joining: 'Beitreten …',
    joinAgain: 'Wieder beitreten',
    joinWithout: 'Ohne Kamera und Mikrofon beitreten',
    joinWithoutMicrophone: 'Ohne Mikrofon beitreten',
    retry: 'Erneut versuchen',
    openDevices: 'Kamera und Mikrofon einschalten',
    openMicrophone: 'Mikrofon einschalten',
    opening: 'Einschalten … Wenn der Browser fragt, wählen Sie „Zulassen“.',
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
    peerAway: '{name} hat den Kontakt verloren und ist vielleicht bald zurück',
    signalingLost: 'Der Kontakt zum Dienst ist weg. Der Anruf geht weiter.',
    forOwner: 'Für die Betreiber der Seite:',
    microphone: 'Mikrofon',
    camera: 'Kamera',
    close: 'Schließen',
  },
};

registerWords('de', de);
