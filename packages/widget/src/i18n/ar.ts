import type { Message, Words } from './en.js';
import { registerWords } from './registry.js';

const OWNER = 'يمكن لصاحب هذا الموقع المساعدة.';

const PREPARING: Message = { title: 'يجري تجهيز المكالمة…', todo: '' };
const UNSUPPORTED: Message = {
  title: 'هذا المتصفح لا يدعم مكالمات الفيديو',
  todo: 'افتح هذه الصفحة في إصدار حديث من Chrome أو Edge أو Firefox أو Safari.',
};
const BROKEN: Message = {
  title: 'حدث خطأ ما',
  todo: 'حاول مرة أخرى أو أعد تحميل هذه الصفحة.',
};

/** Errors that end a call. */
const FINAL = {
  removed: { title: 'أخرجك المضيف من المكالمة', todo: OWNER },
  replaced: {
    title: 'انتقلت المكالمة إلى نافذة أخرى أو جهاز آخر',
    todo: 'انضم من جديد لاستخدامها هنا.',
  },
  'room-closed': {
    title: 'أنهى المضيف المكالمة للجميع',
    todo: 'اطلب دعوة جديدة.',
  },
  incompatible: {
    title: 'المتصفحان غير متوافقين',
    todo: 'حدّث المتصفحين أو جرّب متصفحًا آخر ثم انضم من جديد.',
  },
};

/** Arabic, from right to left. Importing this module makes it known. */
export const ar: Words = {
  lang: 'ar',
  dir: 'rtl',
  phases: {
    idle: PREPARING,
    preparing: PREPARING,
    lobby: { title: 'هل أنت مستعد للانضمام؟', todo: 'لن يراك أو يسمعك أحد قبل الانضمام.' },
    joining: { title: 'جارٍ الانضمام…', todo: '' },
    waiting: {
      title: 'في انتظار الشخص الآخر',
      todo: 'تبدأ المكالمة فور انضمامه.',
    },
    connecting: { title: 'جارٍ الاتصال…', todo: '' },
    connected: { title: 'تم الاتصال', todo: '' },
    unstable: {
      title: 'انقطع الاتصال مؤقتًا',
      todo: 'قد يعود تلقائيًا بعد لحظات.',
    },
    recovering: {
      title: 'جارٍ إعادة الاتصال…',
      todo: 'انقطع الاتصال. يُرجى البقاء في هذه الصفحة.',
    },
    ended: { title: 'انتهت المكالمة', todo: '' },
  },
  losses: {
    self: {
      title: 'انقطع اتصالك',
      todo: 'هل الإنترنت مقطوع؟ تحقق من شبكتك أو اقترب من جهاز Wi‑Fi. تستمر المكالمة تلقائيًا.',
    },
    peer: {
      title: 'انقطع اتصال {name}',
      todo: 'تستمر المكالمة فور عودة الاتصال.',
    },
    gone: {
      title: 'انقطع اتصال الشخص الآخر',
      todo: 'تبدأ المكالمة من جديد فور عودته.',
    },
    picture: {
      title: 'تعذّر إعداد الصورة',
      todo: 'تستمر المكالمة بالصوت.',
    },
  },
  ends: {
    ...FINAL,
    left: { title: 'غادرت المكالمة', todo: 'يمكنك الانضمام من جديد في أي وقت.' },
    'peer-left': {
      title: 'غادر الشخص الآخر',
      todo: 'انضم من جديد لانتظاره.',
    },
    'token-rejected': {
      title: 'تصريحك لهذه المكالمة غير صالح',
      todo: 'أعد تحميل هذه الصفحة للحصول على تصريح جديد.',
    },
    'connection-lost': {
      title: 'فُقد الاتصال',
      todo: 'تحقق من اتصالك بالإنترنت ثم انضم من جديد.',
    },
    unsupported: UNSUPPORTED,
    error: BROKEN,
  },
  errors: {
    ...FINAL,
    'unsupported-browser': UNSUPPORTED,
    'config-invalid': {
      title: 'لم تُعدّ هذه المكالمة بعد',
      todo: OWNER,
      owner: 'تحقق من سمات <p2p-call>.',
    },
    'insecure-context': {
      title: 'تحتاج المكالمات إلى صفحة آمنة',
      todo: 'جرّب https:// في أول عنوانها.',
      owner: 'قدّم هذه الصفحة عبر https.',
    },
    'policy-blocked': {
      title: 'هذه الصفحة تحجب الكاميرا والميكروفون',
      todo: `يمكنك الانضمام من دونهما. ${OWNER}`,
      owner: 'أضف allow="camera; microphone" إلى iframe أو أصلح ترويسة Permissions-Policy.',
    },
    'media-denied': {
      title: 'الكاميرا أو الميكروفون محجوب',
      todo: 'اسمح بالوصول من الأيقونة المجاورة لعنوان هذه الصفحة ثم حاول مرة أخرى.',
    },
    'media-not-found': {
      title: 'لم يُعثر على كاميرا أو ميكروفون',
      todo: 'صِل جهازًا ثم حاول مرة أخرى.',
    },
    'media-in-use': {
      title: 'الكاميرا أو الميكروفون مشغول',
      todo: 'أغلق البرنامج الذي يستخدمه ثم حاول مرة أخرى.',
    },
    'media-failed': {
      title: 'لم تعمل الكاميرا أو الميكروفون',
      todo: 'أعد توصيل الجهاز ثم حاول مرة أخرى.',
    },
    'signaling-unreachable': {
      title: 'تعذّر الوصول إلى خدمة المكالمات',
      todo: 'تحقق من اتصالك بالإنترنت ثم حاول مرة أخرى.',
    },
    'signaling-rejected': {
      title: 'رفضت خدمة المكالمات هذه الصفحة',
      todo: OWNER,
      owner: 'أضف أصل هذه الصفحة (origin) إلى ما تسمح به الخدمة.',
    },
    'signaling-protocol': {
      title: 'خدمة المكالمات لا تلائم هذه الصفحة',
      todo: 'حاول مرة أخرى أو أعد تحميل هذه الصفحة.',
      owner: 'استخدم الإصدار نفسه من <p2p-call> والخدمة.',
    },
    'token-invalid': {
      title: 'تصريحك لهذه المكالمة غير صالح',
      todo: `أعد تحميل هذه الصفحة للحصول على تصريح جديد. ${OWNER}`,
      owner: 'تحقق من المفتاح والغرفة والجمهور (aud) في الرمز.',
    },
    'token-expired': {
      title: 'انتهت صلاحية تصريحك لهذه المكالمة',
      todo: 'حاول مرة أخرى أو أعد تحميل هذه الصفحة.',
    },
    'room-full': {
      title: 'هذه المكالمة ممتلئة',
      todo: 'حاول مرة أخرى بعد أن يغادر أحد الشخصين.',
    },
    'ice-failed': {
      title: 'لا يوجد اتصال بالشخص الآخر',
      todo: 'جرّب شبكة أخرى أو أوقف VPN ثم انضم من جديد.',
    },
    'turn-unreachable': {
      title: 'تعذّر الوصول إلى خادم الترحيل',
      todo: `جرّب شبكة أخرى. ${OWNER}`,
      owner: 'تحقق من عناوين خادم TURN ومنافذه وبيانات اعتماده.',
    },
    'negotiation-failed': {
      title: 'تعذّر إعداد المكالمة',
      todo: 'انضم من جديد أو أعد تحميل هذه الصفحة.',
    },
    'peer-timeout': {
      title: 'الشخص الآخر لا يستجيب',
      todo: 'انتظر لحظة ثم انضم من جديد.',
    },
    internal: BROKEN,
  },
  ui: {
    call: 'مكالمة فيديو',
    preview: 'قبل المكالمة',
    controls: 'أزرار المكالمة',
    you: 'أنت',
    guest: 'ضيف',
    join: 'انضمام',
    joinAgain: 'الانضمام من جديد',
    joinWithout: 'الانضمام بلا كاميرا أو ميكروفون',
    joinWithoutMicrophone: 'الانضمام بلا ميكروفون',
    retry: 'حاول مرة أخرى',
    openDevices: 'تشغيل الكاميرا والميكروفون',
    opening: 'إذا سألك المتصفح فاختر «السماح».',
    microphoneOn: 'تشغيل الميكروفون',
    microphoneOff: 'إيقاف الميكروفون',
    cameraOn: 'تشغيل الكاميرا',
    cameraOff: 'إيقاف الكاميرا',
    leave: 'مغادرة المكالمة',
    tapToHear: 'اضغط للاستماع',
    muted: 'ميكروفون {name} مغلق',
    cameraIsOff: 'الكاميرا مغلقة',
    microphoneReady: 'الميكروفون يعمل',
    waitingInside: '{name} في الانتظار',
    someoneInside: 'هناك من ينتظر',
    connectingTo: 'جارٍ الاتصال مع {name}…',
    otherWay: 'جارٍ تجربة طريق آخر…',
    lastWay: 'جارٍ تجربة الطريق الأخير…',
    stillTrying:
      'تستمر المحاولة دقيقة على الأكثر. تحقق من شبكتك أو اقترب من جهاز Wi‑Fi، أو غادر ثم انضم من جديد.',
    peerAway: 'اتصال {name} متعثر. المكالمة مستمرة.',
    signalingLost: 'انقطع الاتصال بالخدمة. المكالمة مستمرة.',
    forOwner: 'لصاحب الموقع:',
    microphone: 'الميكروفون',
    camera: 'الكاميرا',
    close: 'إغلاق',
  },
};

registerWords('ar', ar);
