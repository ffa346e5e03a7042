# For the Lync Server Management Shell. A partner that is there already is changed by
# Set-CsXmppAllowedPartner, with -Identity in place of -Domain.
# this is about SIP federation, too
Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
Set-CsExternalAccessPolicy -Identity 'Global' -EnableFederationAccess $true -EnableXmppAccess $false
New-CsExternalAccessPolicy -Identity 'Site:Redmond' -EnableFederationAccess $true -EnableXmppAccess $true
New-CsExternalAccessPolicy -Identity 'XMPP users' -EnableFederationAccess $true -EnableXmppAccess $true
Set-CsXmppGatewayConfiguration -ConnectionLimit 1200 -PartnerConnectionLimit 20 -EnableLoggingAllMessageBodies $true -KeepAliveInterval 300 -StreamEstablishmentTimeout 60 -SubscriptionRefreshInterval 28800
New-CsXmppAllowedPartner -Domain 'fabrikam.com' -PartnerType Federated -TlsNegotiation Required -SaslNegotiation Optional -SupportDialbackNegotiation $true -AdditionalDomains 'corp.fabrikam.com','it.fabrikam.com' -ConnectionLimit 20 -Description 'Parts supplier Müller’’s team: it''s room _x12 🚀'
New-CsXmppAllowedPartner -Domain 'gmail.com' -PartnerType PublicUnverified -TlsNegotiation NotSupported -SaslNegotiation NotSupported -SupportDialbackNegotiation $true -EnableKeepAlive $false
# row 4 of the negotiation table: SASL requires TLS; TLS that is optional may make the negotiation of a session fail
New-CsXmppAllowedPartner -Domain 'litwareinc.com' -PartnerType PublicVerified -TlsNegotiation Optional -SaslNegotiation Required -SupportDialbackNegotiation $false -AdditionalDomains 'xn--bro-hoa.litwareinc.com' -ProxyFqdn 'xmpp.litwareinc.com'
