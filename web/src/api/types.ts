import type { components } from './schema';

/**
 * The wire shapes of the server, taken from its OpenAPI document. Where that says only `string` or leaves GeoJSON
 * open, the words of the contract are put in; a name that the server no longer knows is a type error here.
 */
type Wire = components['schemas'];
type Refine<Base, Narrow extends Partial<Record<keyof Base, unknown>>> = Omit<Base, keyof Narrow> & Narrow;

export type Kind = 'complaint' | 'incident' | 'perception';
export type Status = 'open' | 'in_progress' | 'closed' | 'rejected';
export type Precision = 'point' | 'street' | 'cell' | 'area' | 'none';
/** Live records, published counts, or nothing of the picture. */
export type Sight = 'record' | 'aggregate' | 'none';
export type HotspotKind = 'beschwerdehotspot' | 'brennpunkt' | 'angstraum' | 'unfallhaeufung';
export type HotspotState = 'emerging' | 'confirmed' | 'persistent' | 'cooling' | 'closed' | 'dismissed';
export type Outline = GeoJSON.Polygon | GeoJSON.MultiPolygon;

export type DemoRole = Wire['OfferedRole'];
export type Session = Wire['Offer'];
export type SignIn = Wire['SignIn'];
export type Span = Wire['DataSpan'];
export type Me = Refine<Wire['Me'], { sight: Sight }>;
export type Theme = Wire['ThemeItem'];
export type Category = Wire['CategoryItem'];
export type Source = Wire['SourceItem'];
export type Taxonomy = Wire['TaxonomyAnswer'];
export type Area = Refine<Wire['AreaItem'], { geometry: Outline }>;
export type Basemap = Refine<Wire['BasemapAnswer'], { features: GeoJSON.FeatureCollection | null }>;
export type DayCounts = Wire['DayCount'];
export type WeekCounts = Wire['WeekCount'];
export type AuditAction = 'saw' | 'refused' | 'changed' | 'sign_in_failed' | 'signed_in' | 'signed_out';
export type AuditEntry = Refine<Wire['AuditItem'], { action: AuditAction }>;
export type BriefingKind = 'daily' | 'weekly' | 'monthly' | 'dossier' | 'project' | 'controlling' | 'public';
export type Briefing = Refine<Wire['BriefingItem'], { kind: BriefingKind; status: 'queued' | 'writing' | 'ready' | 'refused' }>;
export type NewBriefing = Refine<Wire['NewBriefing'], { kind: BriefingKind }>;
export type Audience = Wire['AudienceItem'];
export type SourceHealth = Wire['SourceHealth'];
export type UnknownWord = Wire['UnknownWord'];
export type HeldRow = Wire['QuarantineItem'];
export type TakenIn = Wire['TakenIn'];
export type Publication = Wire['PublicationItem'];
export type Lage = Refine<Wire['LageAnswer'], { by_kind: Refine<Wire['KindCount'], { kind: Kind }>[] }>;
export type Report = Refine<
  Wire['ReportItem'],
  { kind: Kind; status: Status; precision: Precision; geometry: GeoJSON.Point | null }
>;
export type Cell = Wire['CellItem'];
export type Hotspot = Refine<
  Wire['HotspotItem'],
  {
    kind: HotspotKind;
    state: HotspotState;
    geometry: Outline;
    center: GeoJSON.Point;
    parameters: Record<string, unknown>;
  }
>;
export type ReviewAction = 'confirm' | 'dismiss' | 'reopen' | 'rename' | 'note' | 'assign';
export type HotspotReview = Refine<Wire['ReviewItem'], { action: ReviewAction }>;
export type DataNotice = Wire['NoticeItem'];
export type DetectionProfile = Refine<Wire['ProfileItem'], { kind: HotspotKind }>;
export type WeeklyLayer = Refine<
  Wire['WeeklyLayerItem'],
  { places: Refine<Wire['LayerPlace'], { geometry: Outline }>[] }
>;
export type HotspotMoment = Refine<Wire['HistoryItem'], { state: HotspotState }>;

export type AlertState = 'open' | 'acknowledged' | 'closed' | 'recalled';
export type AlertSubject = 'hotspot' | 'fact' | 'notice' | 'bulletin' | 'talk' | 'channel' | 'silence';
export type Outcome = 'measure' | 'observed' | 'passed_on' | 'no_action' | 'false_alarm';
export type TalkTopic = 'theme_forming' | 'social_tension' | 'youth_tension' | 'event' | 'public_space';
interface AlertWords {
  subject: AlertSubject;
  state: AlertState;
  kind: HotspotKind | null;
  hotspot_state: HotspotState | null;
  outcome: Outcome | null;
  geometry: GeoJSON.Geometry | null;
  labels: Record<string, string>;
}
export type AlertItem = Refine<Wire['AlertItem'], AlertWords>;
export type AlertReceiver = Refine<Wire['ReceiverItem'], { state: AlertState; outcome: Outcome | null }>;
export type AlertReason = Wire['ReasonItem'];
export type AlertMoment = Wire['HistoryLine'];
export type AlertDetail = AlertItem & { history: AlertMoment[]; receivers: AlertReceiver[]; reasons: AlertReason[] };
export type Silence = Refine<Wire['SilenceItem'], { state: 'pending' | 'active' | 'expired' }>;
export type NewSilence = Wire['NewSilence'];
export type Trial = Refine<Wire['TrialAnswer'], { alerts: Refine<Wire['TrialAlert'], { subject: AlertSubject; truth: 'confirmed' | 'dismissed' | 'unsaid' }>[] }>;
export type NewTrial = Partial<Wire['NewTrial']>;
export type Subscription = Refine<Wire['SubscriptionItem'], { subjects: AlertSubject[]; kinds: HotspotKind[]; states: HotspotState[] }>;
export type NewSubscription = Wire['NewSubscription'];
export type Channel = Wire['ChannelItem'];
export type Delivery = Refine<Wire['DeliveryItem'], { kind: 'raised' | 'changed' | 'corrected' | 'resolved' | 'recalled' | 'escalated' | 'digest'; state: 'waiting' | 'delivered' | 'failed' }>;
export type Bulletin = Wire['BulletinItem'];
export type NewBulletin = Wire['NewBulletin'];

export type ProjectStatus = 'proposed' | 'in_decision' | 'decided' | 'running' | 'finished' | 'declined';
export type StepAction = 'agree' | 'send_back' | 'decline' | 'start' | 'finish';
export type MeasureKind = 'joint_patrol' | 'focused_operation' | 'lighting' | 'cleaning' | 'social_work' | 'planning_change' | 'event';
interface Degrees {
  lat: number;
  lng: number;
}
export type ProjectArea = { circle: { center: Degrees; radius_m: number } } | { polygon: Degrees[] };
export type Measure = Refine<Wire['MeasureItem'], { kind: MeasureKind; geometry: GeoJSON.Polygon; area: ProjectArea }>;
export type NewMeasure = Refine<Wire['NewMeasure'], { kind: MeasureKind; area: ProjectArea }>;
export type Project = Refine<
  Wire['ProjectItem'],
  {
    status: ProjectStatus;
    geometry: GeoJSON.Polygon;
    area: ProjectArea;
    measures: Measure[];
    steps: Refine<Wire['StepItem'], { action: StepAction }>[];
    possible_steps: Refine<Wire['PossibleStep'], { action: StepAction }>[];
  }
>;
export type NewProject = Refine<Wire['NewProject'], { area: ProjectArea }>;
export type Evaluation = Wire['EvaluationItem'];
export type EvaluationWeek = Wire['WeekItem'];

export interface List<Item> {
  items: Item[];
  next: string | null;
  revision: number;
}

/** What the live stream tells of a report (an event of the stream, which OpenAPI does not describe). */
export interface LiveReport {
  id: number;
  source: string;
  kind: Kind;
  category: string;
  theme: string;
  status: Status;
  /** The district, when it is known. */
  area: string | null;
  occurred_from: string;
  geometry: GeoJSON.Point | null;
  sequence: number;
}
export type Partner = Refine<Wire['PartnerItem'], { standing: 'carrier' | 'partner' | 'associate' | 'guest' }>;
export type Body = Wire['BodyItem'];
export type Release = Refine<Wire['ReleaseItem'], { as: 'records' | 'counts' | 'alerts'; kinds: HotspotKind[] | null; precision: 'point' | 'cell' | 'district' | null }>;
