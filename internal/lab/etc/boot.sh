# Keeps a boot from completing, see Config.BootDelay and Config.HoldBoot. A reload finds the files gone.
if [ -e {{.Dir}}/delay ]; then
	rm {{.Dir}}/delay
	sleep {{.Config.BootDelay.Seconds}}
fi
while [ -e {{.Dir}}/hold ]; do
	sleep 0.02
done
