/* Names and types are those of the reference of the cmdlets for Lync Server 2013 and
 * Skype for Business Server 2015. */
#include "config/cmdlet.h"

#include "base/text.h"
#include "model/policy.h"

/* Get-CsXmppAllowedPartner */
static const struct property partner_property[] = {
	{ "Identity", NULL, MEANS_NAME, false },
	{ "Domain", NULL, MEANS_NAME, false },
	{ "PartnerType", "type", MEANS_FIELD, false },
	{ "TlsNegotiation", "tls", MEANS_FIELD, false },
	{ "SaslNegotiation", "sasl", MEANS_FIELD, false },
	{ "SupportDialbackNegotiation", "dialback", MEANS_FIELD, false },
	{ "AdditionalDomains", "additional-domain", MEANS_HOSTS, false },
	{ "EnableKeepAlive", "keep-alive", MEANS_FIELD, true },
	{ "ConnectionLimit", "connection-limit", MEANS_FIELD, true },
	{ "ProxyFqdn", "proxy", MEANS_HOST, true },
	{ "Description", "description", MEANS_FIELD, true },
	{ .name = NULL },
};
static const char *const partner_type[] = { "XmppAllowedPartner", NULL };

/* Get-CsXmppGatewayConfiguration, which was Get-CsXmppGatewaySettings at first. */
static const struct property gateway_property[] = {
	{ "Identity", NULL, MEANS_NAME, false },
	{ "ConnectionLimit", "connection-limit", MEANS_FIELD, true },
	{ "PartnerConnectionLimit", "partner-connection-limit", MEANS_FIELD, true },
	{ "DialbackPassphrase", NULL, MEANS_SECRET, false },
	{ "EnableLoggingAllMessageBodies", "log-message-bodies", MEANS_FIELD, true },
	{ "KeepAliveInterval", "keep-alive-interval", MEANS_FIELD, true },
	{ "StreamEstablishmentTimeout", "stream-establishment-timeout", MEANS_FIELD,
		true },
	{ "StreamInactivityTimeout", "stream-inactivity-timeout", MEANS_FIELD, true },
	{ "SubscriptionRefreshInterval", "subscription-refresh-interval", MEANS_FIELD,
		true },
	{ .name = NULL },
};
static const char *const gateway_type[] = { "XmppGatewaySettings",
	"XmppGatewayConfiguration", NULL };

/* Get-CsExternalAccessPolicy: the rest is about SIP and public providers of it. */
static const struct property policy_property[] = {
	{ "Identity", NULL, MEANS_NAME, false },
	{ "EnableFederationAccess", "federation", MEANS_FIELD, false },
	{ "EnableXmppAccess", "xmpp", MEANS_FIELD, false },
	{ "EnableOutsideAccess", NULL, MEANS_NOTHING, false },
	{ "EnablePublicCloudAccess", NULL, MEANS_NOTHING, false },
	{ "EnablePublicCloudAudioVideoAccess", NULL, MEANS_NOTHING, false },
	{ .name = NULL },
};
static const char *const policy_type[] = { "ExternalAccessPolicy", NULL };

/* Get-CsAccessEdgeConfiguration, whose type tells how SIP is routed; so does all of it but
 * AllowFederatedUsers. */
static const struct property edge_property[] = {
	{ "Identity", NULL, MEANS_NAME, false },
	{ "AllowFederatedUsers", "federated-users", MEANS_FIELD, true },
	{ "AllowAnonymousUsers", NULL, MEANS_NOTHING, false },
	{ "AllowOutsideUsers", NULL, MEANS_NOTHING, false },
	{ "BeClearingHouse", NULL, MEANS_NOTHING, false },
	{ "CertificatesDeletedPercentage", NULL, MEANS_NOTHING, false },
	{ "DefaultRouteFqdn", NULL, MEANS_NOTHING, false },
	{ "DiscoveredPartnerReportPeriodMinutes", NULL, MEANS_NOTHING, false },
	{ "DiscoveredPartnerStandardRate", NULL, MEANS_NOTHING, false },
	{ "DiscoveredPartnerVerificationLevel", NULL, MEANS_NOTHING, false },
	{ "DnsSrvCacheRecordCount", NULL, MEANS_NOTHING, false },
	{ "EnableArchivingDisclaimer", NULL, MEANS_NOTHING, false },
	{ "EnableDiscoveredPartnerContactsLimit", NULL, MEANS_NOTHING, false },
	{ "EnablePartnerDiscovery", NULL, MEANS_NOTHING, false },
	{ "EnableUserReplicator", NULL, MEANS_NOTHING, false },
	{ "IsPublicProvider", NULL, MEANS_NOTHING, false },
	{ "KeepCrlsUpToDateForPeers", NULL, MEANS_NOTHING, false },
	{ "MarkSourceVerifiableOnOutgoingMessages", NULL, MEANS_NOTHING, false },
	{ "MaxAcceptedCertificatesStored", NULL, MEANS_NOTHING, false },
	{ "MaxContactsPerDiscoveredPartner", NULL, MEANS_NOTHING, false },
	{ "MaxRejectedCertificatesStored", NULL, MEANS_NOTHING, false },
	{ "OutgoingTlsCountForFederatedPartners", NULL, MEANS_NOTHING, false },
	{ "RoutingMethod", NULL, MEANS_NOTHING, false },
	{ "SkypeSearchUrl", NULL, MEANS_NOTHING, false },
	{ "VerificationLevel", NULL, MEANS_NOTHING, false },
	{ .name = NULL },
};
static const char *const edge_type[] = { "DisplayAccessEdgeSettingsDnsSrvRouting",
	"DisplayAccessEdgeSettingsDefaultRoute", "AccessEdgeSettings", NULL };

/* What every object of the configuration has, and what a remote session adds. */
static const struct property framework_property[] = {
	{ "Anchor", NULL, MEANS_NOTHING, false },
	{ "DataSource", NULL, MEANS_NOTHING, false },
	{ "Element", NULL, MEANS_NOTHING, false },
	{ "Key", NULL, MEANS_NOTHING, false },
	{ "PSComputerName", NULL, MEANS_NOTHING, false },
	{ "PSShowComputerName", NULL, MEANS_NOTHING, false },
	{ "RunspaceId", NULL, MEANS_NOTHING, false },
	{ "ScopeClass", NULL, MEANS_NOTHING, false },
	{ "TypedIdentity", NULL, MEANS_NOTHING, false },
	{ "XsAnyAttributes", NULL, MEANS_NOTHING, false },
	{ "XsAnyElements", NULL, MEANS_NOTHING, false },
	{ .name = NULL },
};

const struct cmdlet cmdlets[CMDLETS] = {
	[CMDLET_PARTNER] = { "partner", "CsXmppAllowedPartner", partner_type,
		&policy_record, partner_property },
	[CMDLET_GATEWAY] = { "gateway configuration", "CsXmppGatewayConfiguration",
		gateway_type, &gateway_record, gateway_property },
	[CMDLET_ACCESS_POLICY] = { "access policy", "CsExternalAccessPolicy", policy_type,
		&access_policy_record, policy_property },
	[CMDLET_EDGE] = { "Access Edge configuration", "CsAccessEdgeConfiguration",
		edge_type, &local_record, edge_property },
};

static const struct property *
find(const struct property *property, const char *name)
{
	for (; property->name != NULL; property++)
		if (text_same_name(property->name, name))
			return property;
	return NULL;
}

const struct property *
cmdlet_property(const struct cmdlet *cmdlet, const char *name)
{
	const struct property *property = find(cmdlet->property, name);

	return property ? property : find(framework_property, name);
}

const char *
cmdlet_word(struct arena *arena, const char *name)
{
	char *word = arena_strdup(arena, name), *end = word;

	for (bool begins = true; *name != '\0'; name++) {
		bool small = *name >= 'a' && *name <= 'z';

		if (*name != '-')
			*end++ = (char)(begins && small ? *name - 'a' + 'A' : *name);
		begins = *name == '-';
	}
	*end = '\0';
	return word;
}

int
cmdlet_index(struct arena *arena, const char *const *names, const char *word)
{
	for (int i = 0; names[i] != NULL; i++)
		if (text_same_name(cmdlet_word(arena, names[i]), word))
			return i;
	return -1;
}
